/** A priority queue of numbers, the smallest first: the children of place i are at 2i + 1 and 2i + 2. */
export class MinHeap {
  #items: number[] = [];

  push(item: number): void {
    let at = this.#items.length;
    for (let parent = (at - 1) >> 1; at > 0 && this.#items[parent] > item; parent = (at - 1) >> 1) {
      this.#items[at] = this.#items[parent];
      at = parent;
    }
    this.#items[at] = item;
  }

  pop(): number | undefined {
    const [least] = this.#items;
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return least;
    let at = 0;
    for (let child = 1; child < this.#items.length; child = 2 * at + 1) {
      if (this.#items[child + 1] < this.#items[child]) child++;
      if (last <= this.#items[child]) break;
      this.#items[at] = this.#items[child];
      at = child;
    }
    this.#items[at] = last;
    return least;
  }
}
