import { closeSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import type { SavedContexts } from "./token-progress.ts";

type Ids = typeof Uint16Array | typeof Uint32Array;

/** Ids held in memory, about. */
const BLOCK = 2 ** 19;

/** A growing file of token ids: whole contexts, each at its place. */
export class ContextFile {
  #file: number;
  #context_size: number;
  #block: Uint16Array | Uint32Array;
  #filled = 0;
  #contexts = 0;

  /** Begins a file, or goes on with one behind what was saved. */
  constructor(path: string, Ids: Ids, context_size: number, saved?: SavedContexts) {
    this.#context_size = context_size;
    this.#block = new Ids(Math.ceil(BLOCK / context_size) * context_size);
    this.#file = openSync(path, saved ? "r+" : "w");
    if (!saved) return;
    this.#contexts = saved.contexts;
    this.write(saved.unfilled);
  }

  /** ids written, those of the unfilled context among them */
  get tokens(): number {
    return this.#contexts * this.#context_size + this.#filled;
  }

  write(ids: number[]): void {
    for (const id of ids) {
      this.#block[this.#filled++] = id;
      if (this.#filled === this.#block.length) this.#flush();
    }
  }

  /** Brings all whole contexts to the disk. */
  save(): SavedContexts {
    this.#flush();
    fsyncSync(this.#file);
    return {
      contexts: this.#contexts,
      unfilled: Array.from(this.#block.subarray(0, this.#filled)),
    };
  }

  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const contexts = Math.floor(this.#filled / this.#context_size);
    const bytes = new Uint8Array(this.#block.buffer, 0, this.#bytesOf(contexts));
    const start = this.#bytesOf(this.#contexts);
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#file, bytes, at, bytes.length - at, start + at);
    this.#contexts += contexts;
    this.#block.copyWithin(0, contexts * this.#context_size, this.#filled);
    this.#filled -= contexts * this.#context_size;
  }

  #bytesOf(contexts: number): number {
    return contexts * this.#context_size * this.#block.BYTES_PER_ELEMENT;
  }
}

/** Whether a file holds what was saved of it. */
export function holds(path: string, bytes: number): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? -1) >= bytes;
}
