import { UsageError } from "../bundle/errors.ts";

type Disposable = { dispose(): Promise<void> };

/** Things that take memory, the most recently used of them: as many as fit into `limit` bytes together. */
export class Kept {
  #limit: number;
  #kept = new Map<string, { bytes: number; thing: Promise<Disposable> }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is known by `key`, opened when it is not there; `bytes` is what it will take. */
  async get<T extends Disposable>(key: string, bytes: number, open: () => Promise<T>): Promise<T> {
    const found = this.#kept.get(key);
    this.#kept.delete(key); // and set again: a Map's order is the order of setting
    if (!found) await this.#makeRoom(bytes);
    const kept = found ?? { bytes, thing: open() };
    this.#kept.set(key, kept);
    try {
      return (await kept.thing) as T;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  /** Refuses what cannot be held at once, before anything of it is allocated. */
  refuseBeyond(bytes: number, what: string): void {
    if (bytes > this.#limit)
      throw new UsageError(
        `${what}: ${mebibytes(bytes)} MiB of memory (expected at most ${mebibytes(this.#limit)}; INFERENCE_BYTES sets it)`,
      );
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const [key, oldest] of this.#kept) {
      const taken = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
      if (taken + bytes <= this.#limit) return;
      this.#kept.delete(key);
      await (await oldest.thing).dispose();
    }
  }
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString("en-US");
}
