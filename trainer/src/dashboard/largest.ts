/** The places of the k largest numbers of a row, largest first; of equal ones the first comes first. */
export class Largest {
  #places: Int32Array;
  #values: Float32Array;
  #count = 0;

  constructor(k: number) {
    this.#places = new Int32Array(k);
    this.#values = new Float32Array(k);
  }

  /** `skip`: a place that may not be chosen; `sign` −1 finds the smallest, smallest first. */
  find(row: Float32Array, { skip = -1, sign = 1 } = {}): { places: number[]; values: number[] } {
    const k = this.#places.length;
    this.#count = 0;
    for (let i = 0; i < row.length; i++) {
      const value = sign * row[i];
      if ((this.#count === k && value <= this.#values[k - 1]) || i === skip) continue;
      let at = Math.min(this.#count, k - 1);
      for (; at > 0 && this.#values[at - 1] < value; at--) {
        this.#values[at] = this.#values[at - 1];
        this.#places[at] = this.#places[at - 1];
      }
      this.#values[at] = value;
      this.#places[at] = i;
      this.#count = Math.min(this.#count + 1, k);
    }
    return {
      places: Array.from(this.#places.subarray(0, this.#count)),
      values: Array.from(this.#values.subarray(0, this.#count), (value) => sign * value),
    };
  }
}
