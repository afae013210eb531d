import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BundleError, sha256Hex } from "../bundle/index.ts";

export const VERSION = 2;

const count = z.int().nonnegative();

/** What was read, in the order in which its documents were written. */
const corpusHeader = z.object({
  id: z.string(),
  /** ORG/NAME@COMMIT of a dataset from a hub; null for files of this machine */
  source: z.string().nullable(),
  /** those that were reached */
  files: z.array(z.object({ name: z.string(), bytes: count })),
  /** of <|endoftext|> and the text of each document that was written, in order */
  sha256: sha256Hex,
  documents: z.int().positive(),
  held_out_documents: z.int().positive(),
  /** documents left out */
  skipped: z.object({ empty: count, binary: count }),
  /** before the last, unfilled contexts were left out */
  tokens: z.int().positive(),
});

/** tokens.json: what stands beside the files of token ids; written last, by rename. */
export const tokenHeader = z.object({
  version: z.literal(VERSION),
  /** little-endian */
  dtype: z.enum(["uint16", "uint32"]),
  context_size: z.int().positive(),
  n_contexts: z.int().positive(),
  /** contexts [0, held_out_contexts) hold documents that are never trained on, the rest others */
  held_out_contexts: z.int().positive(),
  d_vocab: z.int().positive(),
  bos_id: count,
  special_ids: z.array(count),
  tokenizer_sha256: sha256Hex,
  corpus: corpusHeader,
  /** of `tokenFiles`, one after the other */
  bytes: z.int().positive(),
  sha256: sha256Hex,
});
export type TokenHeader = z.infer<typeof tokenHeader>;

/** Contexts of token ids, in this order. */
export const tokenFiles = ["held-out.bin", "training.bin"] as const;

export type TokenFile = {
  header: TokenHeader;
  context_size: number;
  n_contexts: number;
  held_out_contexts: number;
  /** token ids of contexts [start, end): [end − start, context_size], flattened */
  contexts(start: number, end: number): Int32Array;
  close(): void;
};

/** Opens the folder that `TokenWriter` filled; contexts are read from disk when asked for. */
export async function openTokens(dir: string): Promise<TokenFile> {
  const header = await readHeader(join(dir, "tokens.json"));
  const { context_size, n_contexts, held_out_contexts } = header;
  const Ids = header.dtype === "uint16" ? Uint16Array : Uint32Array;
  const contextBytes = context_size * Ids.BYTES_PER_ELEMENT;
  const ends = [held_out_contexts, n_contexts];
  const parts = tokenFiles.map((name, i) => {
    const first = i === 0 ? 0 : ends[i - 1];
    return { path: join(dir, name), first, last: ends[i] };
  });
  for (const { path, first, last } of parts) checkSize(path, (last - first) * contextBytes);
  const files = parts.map((part) => ({ ...part, file: openSync(part.path, "r") }));
  return {
    header,
    context_size,
    n_contexts,
    held_out_contexts,
    contexts(start, end) {
      if (!(0 <= start && start <= end && end <= n_contexts))
        throw new RangeError(`contexts [${start}, ${end}) of ${n_contexts}`);
      const ids = new Ids((end - start) * context_size);
      for (const { path, file, first, last } of files) {
        const [from, to] = [Math.max(start, first), Math.min(end, last)];
        if (from >= to) continue;
        const bytes = (to - from) * contextBytes;
        const at = (from - start) * contextBytes;
        if (readSync(file, ids, at, bytes, (from - first) * contextBytes) !== bytes)
          throw new BundleError(`${path}: ends before context ${to - first}`);
      }
      return Int32Array.from(ids);
    },
    close() {
      for (const { file } of files) closeSync(file);
    },
  };
}

function checkSize(path: string, bytes: number): void {
  const found = statSync(path, { throwIfNoEntry: false })?.size;
  if (found !== bytes)
    throw new BundleError(`${path}: holds ${found ?? "no"} bytes (expected ${bytes})`);
}

async function readHeader(path: string): Promise<TokenHeader> {
  const fail = (reason: string, cause?: unknown) =>
    new BundleError(`${path}: ${reason}`, { cause });
  let json: { version?: unknown };
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw fail("cannot be read; was the text tokenized?", cause);
  }
  if (json?.version !== VERSION)
    throw fail(
      `version ${json?.version} (expected ${VERSION}): made by another trainer; remove its folder, and the activations made from it, to tokenize again`,
    );
  const parsed = tokenHeader.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: key, message } = parsed.error.issues[0];
  throw fail(`${key.join(".")}: ${message}`);
}
