/**
 * The `size` things with the largest keys of all that are offered, however many they are; of equal keys
 * the first that were offered. A heap, whose root is the one to go next.
 */
export class Foremost<T> {
  #size: number;
  #offered = 0;
  #heap: Entry<T>[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** `make` is called only when the thing is kept for now. */
  offer(key: number, make: () => T): void {
    const place = { key, order: this.#offered++ };
    if (this.#heap.length < this.#size) {
      this.#heap.push({ ...place, thing: make() });
      this.#rise(this.#heap.length - 1);
    } else if (this.#size > 0 && isBehind(this.#heap[0], place)) {
      this.#heap[0] = { ...place, thing: make() };
      this.#sink(0);
    }
  }

  /** What was kept, the largest key first. */
  get ranked(): T[] {
    const ranked = [...this.#heap].sort((a, b) => b.key - a.key || a.order - b.order);
    return ranked.map(({ thing }) => thing);
  }

  #rise(at: number): void {
    const heap = this.#heap;
    for (let parent: number; at > 0; at = parent) {
      parent = (at - 1) >> 1;
      if (!isBehind(heap[at], heap[parent])) return;
      [heap[at], heap[parent]] = [heap[parent], heap[at]];
    }
  }

  #sink(at: number): void {
    const heap = this.#heap;
    for (;;) {
      let last = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBehind(heap[child], heap[last])) last = child;
      if (last === at) return;
      [heap[at], heap[last]] = [heap[last], heap[at]];
      at = last;
    }
  }
}

type Place = { key: number; order: number };
type Entry<T> = Place & { thing: T };

function isBehind(a: Place, b: Place): boolean {
  return a.key < b.key || (a.key === b.key && a.order > b.order);
}
