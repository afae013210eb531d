/** Numbers that several tensors may look at. */
export type Shared = { data: Float32Array; users: number; isOurs: boolean };

/** Memory of intermediate results: what no tensor looks at any more serves the next that fits in. */
export class Memory {
  #free: ArrayBuffer[] = [];

  /** Holds whatever it held before. */
  take(length: number): Shared {
    const bytes = 4 * length;
    const fitting = this.#free.filter(
      ({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes,
    );
    const best = fitting.sort((a, b) => a.byteLength - b.byteLength)[0];
    if (best) this.#free.splice(this.#free.indexOf(best), 1);
    return {
      data: new Float32Array(best ?? new ArrayBuffer(bytes), 0, length),
      users: 1,
      isOurs: true,
    };
  }

  release(shared: Shared): void {
    if (--shared.users === 0 && shared.isOurs) this.#free.push(shared.data.buffer as ArrayBuffer);
  }

  clear(): void {
    this.#free = [];
  }
}

/** The caller's own numbers: they serve nothing else. */
export function foreign(data: Float32Array): Shared {
  return { data, users: 1, isOurs: false };
}
