import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "../bundle/index.ts";
import { loadTokenizer, type Tokenizer } from "../text/tokenizer.ts";
import { type ModelConfig, parseModelConfig } from "./config.ts";

export type DescribedModel = { config: ModelConfig; tokenizer: Tokenizer };

/** What config.json and tokenizer.json in a model's folder say, once they fit together. */
export async function describedModel(dir: string, id: string): Promise<DescribedModel> {
  const path = join(dir, "config.json");
  const config = parseModelConfig(await readFile(path, "utf8"), path, id);
  const tokenizerPath = join(dir, "tokenizer.json");
  const tokenizer = await loadTokenizer(tokenizerPath, { bos_id: config.bos_token_id });
  if (tokenizer.d_vocab > config.d_vocab)
    throw new BundleError(
      `${tokenizerPath}: ${tokenizer.d_vocab} tokens, but the model knows ${config.d_vocab} (${path})`,
    );
  return { config, tokenizer };
}
