import { join } from "node:path";
import { z } from "zod";
import { slug } from "../bundle/index.ts";
import { keptTextSpec, textSlug } from "./corpus/text-spec.ts";
import { keptModelSpec, modelSlug } from "./model-spec.ts";

const embedded = join(import.meta.dirname, "../../embedded");
export const embeddedModel = join(embedded, "model");

export const tokenizeConfig = z.object({
  model: z
    .string()
    .default("embedded")
    .transform(keptModelSpec)
    .describe(
      "ORG/NAME[@REVISION] on a model hub, or a folder of config.json, *.safetensors and tokenizer.json; embedded: the bundled one",
    ),
  model_id: slug
    .nullable()
    .default(null)
    .describe("name of the model in bundles and addresses; null: that of the folder or repository"),
  text: z
    .array(z.string())
    .min(1)
    .default(["embedded"])
    .transform((texts) => texts.map(keptTextSpec))
    .describe(
      "text files (.txt, .jsonl, also .gz or .zst; .parquet), or ORG/NAME[@REVISION] of a dataset on a hub; embedded: the bundled stories",
    ),
  text_config: z
    .string()
    .nullable()
    .default(null)
    .describe("the dataset's config (subset); null: default, or the only one"),
  text_split: z
    .string()
    .nullable()
    .default(null)
    .describe("the dataset's split; null: train, or the only one"),
  text_column: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "column (.parquet) or key (.jsonl) of the documents; null: text, or the only one of text",
    ),
  corpus_id: z
    .string()
    .nullable()
    .default(null)
    .describe("name of the text in bundles; null: that of the dataset or the first file"),
  context_size: z.int().min(2).default(128).describe("tokens per context"),
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(3_200_000)
    .describe("stop after so many tokens, training's and those held out; null: the whole text"),
  held_out_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe("share of the documents, chosen by their hash, that are never trained on"),
  shuffle_documents: z
    .int()
    .nonnegative()
    .default(8192)
    .describe("documents that are mixed with each other; 0: the text's own order"),
  shuffle_seed: z
    .int()
    .nonnegative()
    .default(0)
    .describe("the order of the documents follows from it"),
});
export type TokenizeConfig = z.infer<typeof tokenizeConfig>;

export function modelId({ model, model_id }: Pick<TokenizeConfig, "model" | "model_id">): string {
  return model_id ?? modelSlug(model);
}

export function corpusId({ text, corpus_id }: Pick<TokenizeConfig, "text" | "corpus_id">): string {
  return corpus_id ?? textSlug(text[0]);
}
