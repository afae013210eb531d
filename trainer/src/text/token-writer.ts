import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TokenHeader } from "./token-file.ts";

type Sizes = Pick<TokenHeader, "context_size" | "d_vocab">;
type Provenance = Pick<TokenHeader, "bos_id" | "special_ids" | "tokenizer_sha256"> & {
  corpus: Omit<TokenHeader["corpus"], "tokens">;
};

export type TokenWriter = {
  /** token ids written so far, those of the unfilled context among them */
  readonly tokens: number;
  write(ids: number[]): void;
  /** Leaves out the unfilled context, writes the header and so makes the folder complete. */
  finish(provenance: Provenance): Promise<TokenHeader>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
};

const BLOCK = 2 ** 19;

/** Writes the token file that `openTokens` reads: whole, or not at all. */
export async function tokenWriter(
  dir: string,
  { context_size, d_vocab }: Sizes,
): Promise<TokenWriter> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, "tokens.bin");
  const dtype = d_vocab <= 2 ** 16 ? "uint16" : "uint32";
  const block = new (dtype === "uint16" ? Uint16Array : Uint32Array)(
    Math.ceil(BLOCK / context_size) * context_size, // whole contexts, so that none is half written
  );
  const hash = createHash("sha256");
  const file = openSync(`${path}.tmp`, "w");
  let filled = 0;
  let contexts = 0;

  function flush(n: number): void {
    const bytes = new Uint8Array(block.buffer, 0, n * block.BYTES_PER_ELEMENT);
    hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    contexts += n / context_size;
    filled = 0;
  }

  return {
    get tokens() {
      return contexts * context_size + filled;
    },
    write(ids) {
      for (const id of ids) {
        block[filled++] = id;
        if (filled === block.length) flush(filled);
      }
    },
    async finish({ corpus, ...provenance }) {
      const tokens = contexts * context_size + filled;
      flush(filled - (filled % context_size));
      fsyncSync(file);
      closeSync(file);
      const header: TokenHeader = {
        version: 1,
        dtype,
        context_size,
        n_contexts: contexts,
        d_vocab,
        ...provenance,
        corpus: { ...corpus, tokens },
        bytes: contexts * context_size * block.BYTES_PER_ELEMENT,
        sha256: hash.digest("hex"),
      };
      await rename(`${path}.tmp`, path);
      await writeFile(join(dir, "tokens.json.tmp"), `${JSON.stringify(header, null, 2)}\n`);
      await rename(join(dir, "tokens.json.tmp"), join(dir, "tokens.json"));
      return header;
    },
    async abandon() {
      closeSync(file);
      await rm(`${path}.tmp`);
    },
  };
}
