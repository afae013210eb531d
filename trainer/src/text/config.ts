import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { slug } from "../bundle/index.ts";

const embedded = join(import.meta.dirname, "../../embedded");
export const embeddedModel = join(embedded, "model");

export const tokenizeConfig = z.object({
  model: z
    .string()
    .default("embedded")
    .transform(absolute)
    .describe("folder of config.json, *.safetensors and tokenizer.json; embedded: the bundled one"),
  model_id: slug
    .nullable()
    .default(null)
    .describe("name of the model in bundles and addresses; null: the folder's name"),
  text: z
    .array(z.string())
    .min(1)
    .default(["embedded"])
    .transform((paths) => paths.map(absolute))
    .describe("text files: .txt or .jsonl, also .gz; embedded: the bundled stories"),
  corpus_id: z
    .string()
    .nullable()
    .default(null)
    .describe("name of the text in bundles; null: the first file's name"),
  context_size: z.int().min(2).default(128).describe("tokens per context"),
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("stop after so many tokens; null: the whole text"),
});
export type TokenizeConfig = z.infer<typeof tokenizeConfig>;

export function modelFolder({ model }: Pick<TokenizeConfig, "model">): string {
  return model === "embedded" ? embeddedModel : model;
}

export function textFiles({ text }: Pick<TokenizeConfig, "text">): string[] {
  return text.map((t) => (t === "embedded" ? join(embedded, "text/stories.txt.gz") : t));
}

/** pythia-70m-deduped for models/EleutherAI/Pythia-70M-deduped */
export function modelId({ model, model_id }: Pick<TokenizeConfig, "model" | "model_id">): string {
  return model_id ?? (model === "embedded" ? "stories-2m" : toSlug(basename(model)));
}

/** pile-10k for data/pile-10k.jsonl.gz */
export function corpusId(config: Pick<TokenizeConfig, "text" | "corpus_id">): string {
  const name = basename(textFiles(config)[0]).replace(/\.(txt|jsonl)?(\.gz)?$/, "");
  return config.corpus_id ?? toSlug(name);
}

/** A run folder means the same files wherever it is gone on with. */
function absolute(path: string): string {
  return path === "embedded" ? path : resolve(path);
}

function toSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 100);
}
