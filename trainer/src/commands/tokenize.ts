import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BundleError, UsageError } from "../bundle/index.ts";
import { corpusId, modelFolder, modelId, textFiles } from "../text/config.ts";
import { openTokens } from "../text/token-file.ts";
import { groups, type RunConfig } from "./config.ts";
import { folders, type StageWork, stageVerb } from "./stage-verb.ts";

export const tokenizeStage: StageWork = {
  name: "tokenize",
  async work(run, { report, signal }) {
    const { config } = run;
    const { loadTokenizer } = await import("../text/tokenizer.ts");
    const { tokenize } = await import("../text/tokenize.ts");
    const path = join(modelFolder(config), "tokenizer.json");
    const tokenizer = await loadTokenizer(path);
    await checkSizes(config, tokenizer.d_vocab, path);
    const { context_size, max_tokens } = config;
    const options = {
      files: textFiles(config),
      corpus_id: corpusId(config),
      context_size,
      max_tokens,
      signal,
    };
    await tokenize(folders.tokens(run), tokenizer, options, report);
  },
  async outcome(run) {
    const dir = folders.tokens(run);
    const tokens = await openTokens(dir);
    tokens.close();
    const { corpus, n_contexts, context_size } = tokens.header;
    const text = `${dir}: ${n_contexts} contexts of ${context_size} tokens from ${corpus.documents} documents of ${corpus.id}`;
    return { text, data: { dir, ...tokens.header } };
  },
};

export const tokenize = stageVerb(
  tokenizeStage,
  "Turns text into contexts of token ids, in RUN_DIR/tokens.",
  groups.tokenize,
);

/** What the model can't take is refused before any text is read. */
async function checkSizes(config: RunConfig, d_vocab: number, tokenizer: string): Promise<void> {
  const { parseModelConfig } = await import("../model/config.ts");
  const path = join(modelFolder(config), "config.json");
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new UsageError(`${path}: cannot be read (expected a model's folder)`, { cause });
  });
  const model = parseModelConfig(text, path, modelId(config));
  if (d_vocab > model.d_vocab)
    throw new BundleError(
      `${tokenizer}: ${d_vocab} tokens, but the model knows ${model.d_vocab} (${path})`,
    );
  if (config.context_size > model.n_ctx)
    throw new UsageError(
      `--context_size ${config.context_size}: longer than the ${model.n_ctx} tokens that ${model.id} can see`,
    );
}
