import type { Random } from "../tensor/random.ts";

/** A uniform sample of `size` of the things offered, however many they are (Vitter 1985, algorithm R). */
export class Reservoir<T> {
  items: T[] = [];
  #size: number;
  #random: Random;
  #seen = 0;

  constructor(size: number, random: Random) {
    this.#size = size;
    this.#random = random;
  }

  /** `make` is called only when the thing is kept. */
  offer(make: () => T): void {
    this.#seen++;
    if (this.items.length < this.#size) {
      this.items.push(make());
      return;
    }
    const at = this.#random.int(this.#seen);
    if (at < this.#size) this.items[at] = make();
  }
}
