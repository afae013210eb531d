import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import type { SparseActs } from "../sae/sparse-acts.ts";

/** The activations of some whole contexts, row by row. */
export type ActivationBlock = {
  first_context: number;
  /** where each row comes from: (context − first_context) · context_size + position [n] */
  places: Int32Array;
  acts: SparseActs;
};

/**
 * The sparse activations of a whole pass, kept in a file beside the bundle (8 bytes for each active
 * feature of a token), so that the text goes through the model once and memory does not grow with it.
 */
export class ActivationLog {
  #path: string;
  #file: number;
  #end = 0;
  #blocks: { first_context: number; n: number; nnz: number; offset: number }[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "w+");
  }

  append({ first_context, places, acts }: ActivationBlock): void {
    const { n, features } = acts;
    this.#blocks.push({ first_context, n, nnz: features.length, offset: this.#end });
    for (const part of [places, acts.offsets, features, acts.values]) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#file, bytes, at, bytes.length - at, this.#end + at);
      this.#end += bytes.length;
    }
  }

  /** The blocks in the order they came. */
  *read(): Generator<ActivationBlock> {
    for (const { first_context, n, nnz, offset } of this.#blocks) {
      const numbers = new Int32Array(2 * n + 1 + 2 * nnz);
      const bytes = new Uint8Array(numbers.buffer);
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(this.#file, bytes, at, bytes.length - at, offset + at);
        if (read === 0) throw new Error(`${this.#path}: ends too early`);
        at += read;
      }
      const featuresAt = 2 * n + 1;
      yield {
        first_context,
        places: numbers.subarray(0, n),
        acts: {
          n,
          offsets: numbers.subarray(n, featuresAt),
          features: numbers.subarray(featuresAt, featuresAt + nnz),
          values: new Float32Array(numbers.buffer, 4 * (featuresAt + nnz), nnz),
        },
      };
    }
  }

  /** Closes and removes the file. */
  remove(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}
