/** Numbers that several tensors may look at. */
export type Shared = { data: Float32Array; users: number; isOurs: boolean };

/** Memory of intermediate results: what no tensor looks at any more serves the next of its size. */
export class Memory {
  #free = new Map<number, Float32Array[]>();

  /** Holds whatever it held before. */
  take(length: number): Shared {
    const data = this.#free.get(length)?.pop() ?? new Float32Array(length);
    return { data, users: 1, isOurs: true };
  }

  release(shared: Shared): void {
    if (--shared.users > 0 || !shared.isOurs) return;
    const { data } = shared;
    const others = this.#free.get(data.length);
    if (others) others.push(data);
    else this.#free.set(data.length, [data]);
  }

  clear(): void {
    this.#free.clear();
  }
}

/** The caller's own numbers, or numbers given away: they serve nothing else. */
export function foreign(data: Float32Array): Shared {
  return { data, users: 1, isOurs: false };
}
