import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { type Report, UsageError } from "../bundle/index.ts";
import { readDocuments } from "./documents.ts";
import type { TokenHeader } from "./token-file.ts";
import { tokenWriter } from "./token-writer.ts";
import { END_OF_TEXT, type Tokenizer } from "./tokenizer.ts";

/**
 * Text files → a folder of token ids: every document, <|endoftext|> before each, one after the
 * other, cut into contexts of `context_size`.
 */
export async function tokenize(
  dir: string,
  tokenizer: Tokenizer,
  {
    files,
    corpus_id,
    context_size,
    max_tokens,
    signal,
  }: {
    files: string[];
    corpus_id: string;
    context_size: number;
    max_tokens: number | null;
    signal?: AbortSignal;
  },
  report: Report,
): Promise<TokenHeader> {
  const total = files.reduce((sum, path) => sum + sizeOf(path), 0);
  const limit = max_tokens ?? Number.POSITIVE_INFINITY;
  const hash = createHash("sha256");
  const writer = await tokenWriter(dir, { context_size, d_vocab: tokenizer.d_vocab });
  let done = 0;
  const reportAt = (bytes: number) => {
    const values = { tokens: writer.tokens };
    report({ stage: "tokenize", done: bytes, total, unit: "bytes", values });
  };
  let documents = 0;
  const pieces = readDocuments(files, (bytes) => {
    done += bytes;
  });
  try {
    for await (const { text, starts_document } of pieces) {
      signal?.throwIfAborted();
      if (starts_document) {
        documents++;
        hash.update(END_OF_TEXT);
      }
      hash.update(text);
      const ids = tokenizer.encode(text);
      if (starts_document) ids.unshift(tokenizer.bos_id);
      writer.write(ids.slice(0, limit - writer.tokens));
      reportAt(done);
      if (writer.tokens >= limit) break;
    }
    if (writer.tokens < context_size)
      throw new UsageError(
        `the text holds ${writer.tokens} tokens: fewer than one context of ${context_size} (${files.join(", ")})`,
      );
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  reportAt(total);
  const { bos_id, special_ids, sha256 } = tokenizer;
  return writer.finish({
    bos_id,
    special_ids,
    tokenizer_sha256: sha256,
    corpus: { id: corpus_id, sha256: hash.digest("hex"), documents },
  });
}

function sizeOf(path: string): number {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) throw new UsageError(`${path}: no such text file`);
  return file.size;
}
