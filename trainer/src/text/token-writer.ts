import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashFiles } from "../bundle/hash.ts";
import { ContextFile, holds } from "./context-file.ts";
import { type TokenHeader, tokenFiles, VERSION } from "./token-file.ts";
import { readProgress, type TokenProgress, writeWhole } from "./token-progress.ts";

type Sizes = Pick<TokenHeader, "context_size" | "d_vocab">;
type Provenance = Pick<TokenHeader, "bos_id" | "special_ids" | "tokenizer_sha256"> & {
  corpus: Omit<TokenHeader["corpus"], "tokens">;
};
type Written = Pick<TokenProgress, "pieces" | "sha256">;

/** Writes the folder that `openTokens` reads: whole, or such that another writer goes on with it. */
export class TokenWriter {
  /** what an earlier run wrote of the same */
  readonly begun: Written | null;
  /** whether what an earlier run wrote was of something else */
  readonly startsAnew: boolean;
  #dir: string;
  #made_of: string;
  #sizes: Sizes;
  #dtype: TokenHeader["dtype"];
  #heldOut: ContextFile;
  #training: ContextFile;

  constructor(dir: string, made_of: string, sizes: Sizes) {
    this.#dir = dir;
    this.#made_of = made_of;
    this.#sizes = sizes;
    this.#dtype = sizes.d_vocab <= 2 ** 16 ? "uint16" : "uint32";
    const Ids = this.#dtype === "uint16" ? Uint16Array : Uint32Array;
    mkdirSync(dir, { recursive: true });
    for (const name of tokenFiles) {
      const path = join(dir, name);
      if (existsSync(path)) renameSync(path, `${path}.tmp`); // killed while it finished
    }
    const [heldOut, training] = this.#partial;
    const found = readProgress(this.#progress);
    const contextBytes = sizes.context_size * Ids.BYTES_PER_ELEMENT;
    const isBegun =
      found?.made_of === made_of &&
      holds(heldOut, found.held_out.contexts * contextBytes) &&
      holds(training, found.training.contexts * contextBytes);
    const begun = isBegun ? found : null;
    this.begun = begun;
    this.startsAnew = begun === null && existsSync(this.#progress);
    this.#heldOut = new ContextFile(heldOut, Ids, sizes.context_size, begun?.held_out);
    this.#training = new ContextFile(training, Ids, sizes.context_size, begun?.training);
  }

  /** token ids written so far, those of the unfilled contexts among them */
  get tokens(): { held_out: number; training: number; all: number } {
    const held_out = this.#heldOut.tokens;
    const training = this.#training.tokens;
    return { held_out, training, all: held_out + training };
  }

  write(ids: number[], isHeldOut: boolean): void {
    (isHeldOut ? this.#heldOut : this.#training).write(ids);
  }

  /** Makes what was written outlive the process. */
  save({ pieces, sha256 }: Written): TokenProgress {
    const progress = {
      made_of: this.#made_of,
      pieces,
      sha256,
      held_out: this.#heldOut.save(),
      training: this.#training.save(),
    };
    writeWhole(this.#progress, JSON.stringify(progress));
    return progress;
  }

  /** Leaves out the unfilled contexts, writes the header and so makes the folder complete. */
  async finish(written: Written, { corpus, ...provenance }: Provenance): Promise<TokenHeader> {
    const { held_out, training } = this.save(written);
    this.close();
    const header: TokenHeader = {
      version: VERSION,
      dtype: this.#dtype,
      ...this.#sizes,
      n_contexts: held_out.contexts + training.contexts,
      held_out_contexts: held_out.contexts,
      ...provenance,
      corpus: { ...corpus, tokens: this.tokens.all },
      ...(await hashFiles(this.#partial)),
    };
    for (const name of tokenFiles)
      renameSync(join(this.#dir, `${name}.tmp`), join(this.#dir, name));
    writeWhole(join(this.#dir, "tokens.json"), `${JSON.stringify(header, null, 2)}\n`);
    rmSync(this.#progress);
    return header;
  }

  close(): void {
    this.#heldOut.close();
    this.#training.close();
  }

  /** Leaves nothing behind. */
  abandon(): void {
    this.close();
    for (const path of [...this.#partial, this.#progress]) rmSync(path, { force: true });
  }

  get #partial(): string[] {
    return tokenFiles.map((name) => join(this.#dir, `${name}.tmp`));
  }

  get #progress(): string {
    return join(this.#dir, "progress.json");
  }
}
