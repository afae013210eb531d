import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BundleError, sha256Hex } from "../bundle/index.ts";

/** tokens.json: what stands beside tokens.bin; written last, by rename. */
export const tokenHeader = z.object({
  version: z.literal(1),
  /** little-endian, as tokens.bin holds them */
  dtype: z.enum(["uint16", "uint32"]),
  context_size: z.int().positive(),
  n_contexts: z.int().positive(),
  d_vocab: z.int().positive(),
  bos_id: z.int().nonnegative(),
  special_ids: z.array(z.int().nonnegative()),
  tokenizer_sha256: sha256Hex,
  corpus: z.object({
    id: z.string(),
    /** of <|endoftext|> and the text of each document that was read, in order */
    sha256: sha256Hex,
    documents: z.int().positive(),
    /** before the last, unfilled context was left out */
    tokens: z.int().positive(),
  }),
  bytes: z.int().positive(),
  sha256: sha256Hex,
});
export type TokenHeader = z.infer<typeof tokenHeader>;

export type TokenFile = {
  header: TokenHeader;
  context_size: number;
  n_contexts: number;
  /** token ids of contexts [start, end): [end − start, context_size], flattened */
  contexts(start: number, end: number): Int32Array;
  close(): void;
};

/** Opens the folder that `tokenWriter` filled; contexts are read from disk when asked for. */
export async function openTokens(dir: string): Promise<TokenFile> {
  const path = join(dir, "tokens.bin");
  const header = await readHeader(join(dir, "tokens.json"));
  const { context_size, n_contexts, bytes } = header;
  const Ids = header.dtype === "uint16" ? Uint16Array : Uint32Array;
  const contextBytes = context_size * Ids.BYTES_PER_ELEMENT;
  const found = statSync(path, { throwIfNoEntry: false })?.size;
  if (found !== bytes || bytes !== n_contexts * contextBytes)
    throw new BundleError(`${path}: holds ${found ?? "no"} bytes (expected ${bytes})`);
  const file = openSync(path, "r");
  return {
    header,
    context_size,
    n_contexts,
    contexts(start, end) {
      if (!(0 <= start && start <= end && end <= n_contexts))
        throw new RangeError(`contexts [${start}, ${end}) of ${n_contexts}`);
      const ids = new Ids((end - start) * context_size);
      const read = readSync(file, ids, 0, ids.byteLength, start * contextBytes);
      if (read !== ids.byteLength) throw new BundleError(`${path}: ends before context ${end}`);
      return Int32Array.from(ids);
    },
    close: () => closeSync(file),
  };
}

async function readHeader(path: string): Promise<TokenHeader> {
  try {
    return tokenHeader.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new BundleError(`${path}: cannot be read; was the text tokenized?`, { cause });
  }
}
