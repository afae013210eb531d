import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { BundleError, tokenStrings, UsageError } from "../bundle/index.ts";
import { parseTokenizerFile, type TokenizerFile } from "./pipeline/file.ts";
import { createPipeline, type Encode } from "./pipeline/pipeline.ts";

/** Text → token ids, as a model's tokenizer.json says. */
export type Tokenizer = {
  encode: Encode;
  /** the exact text of each id; U+FFFD stands for part of a character */
  tokens: string[];
  special_ids: number[];
  /** the token that stands before every document */
  bos_id: number;
  /** of the bytes of tokenizer.json */
  sha256: string;
  /** one more than the largest id */
  d_vocab: number;
};

const END_OF_TEXT = "<|endoftext|>";

type TokenizerOptions = {
  /** bos_token_id of the model's config.json; without one, <|endoftext|> opens documents */
  bos_id?: number | null;
};

export async function loadTokenizer(path: string, options?: TokenizerOptions): Promise<Tokenizer> {
  const bytes = await readFile(path).catch((cause) => {
    throw new UsageError(`${path}: cannot be read (expected a tokenizer.json)`, { cause });
  });
  return createTokenizer(bytes, path, options);
}

/** The tokenizer that the bytes of a tokenizer.json describe; `path` is named in errors. */
export function createTokenizer(
  bytes: Uint8Array,
  path: string,
  { bos_id }: TokenizerOptions = {},
): Tokenizer {
  const file = parseTokenizerFile(bytes, path);
  const encode = createPipeline(file, path);
  const tokens = tokenStrings(file);
  const bos = bos_id ?? endOfText(file, path);
  if (!tokens[bos])
    throw new BundleError(
      `${path}: has no token ${bos}, the model's bos_token_id (expected an id below ${tokens.length})`,
    );
  const special = file.added_tokens.filter(({ special }) => special).map(({ id }) => id);
  return {
    encode,
    tokens,
    special_ids: [...new Set([...special, bos])],
    bos_id: bos,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    d_vocab: tokens.length,
  };
}

function endOfText({ added_tokens }: TokenizerFile, path: string): number {
  const token = added_tokens.find(({ content }) => content === END_OF_TEXT);
  if (token) return token.id;
  throw new BundleError(
    `${path}: has no added token ${END_OF_TEXT}, and the model's config.json no bos_token_id; one must stand before each document`,
  );
}
