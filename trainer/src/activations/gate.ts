/** Lets those wait who want something that is made in order, until it is there. */
export class Gate {
  #made = 0;
  #failure: { error: unknown } | null = null;
  #waiting: { i: number; resolve: () => void; reject: (error: unknown) => void }[] = [];

  /** The next one is there. */
  advance(): void {
    this.#made++;
    const isThere = ({ i }: { i: number }) => i < this.#made;
    for (const { resolve } of this.#waiting.filter(isThere)) resolve();
    this.#waiting = this.#waiting.filter((waiter) => !isThere(waiter));
  }

  /** Nothing more will come. */
  fail(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Resolves when the `i`th is there; rejects when it will not come, or the signal says not to wait. */
  async until(i: number, signal?: AbortSignal): Promise<void> {
    if (i < this.#made) return;
    if (this.#failure) throw this.#failure.error;
    signal?.throwIfAborted();
    let stop = () => {};
    const there = new Promise<void>((resolve, reject) => {
      stop = () => reject(signal?.reason);
      this.#waiting.push({ i, resolve, reject });
      signal?.addEventListener("abort", stop);
    });
    await there.finally(() => signal?.removeEventListener("abort", stop));
  }
}
