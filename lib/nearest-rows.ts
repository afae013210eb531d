/** The rows with the largest cosines to a direction, of those that were added; the largest first. */
export class NearestRows {
  found: { index: number; cosine: number }[] = [];
  #direction: Float32Array;
  #norm: number;
  #most: number;
  #rows = 0;

  constructor(direction: Float32Array, most: number) {
    this.#direction = direction;
    this.#norm = Math.sqrt(dot(direction, direction, 0));
    this.#most = most;
  }

  /** Rows one after another, which follow on those that were added before. A row of zeros has no cosine. */
  add(rows: Float32Array): void {
    const width = this.#direction.length;
    for (let at = 0; at < rows.length; at += width) {
      const cosine = dot(this.#direction, rows, at) / (this.#norm * normOf(rows, at, width));
      const least = this.found[this.#most - 1]?.cosine ?? Number.NEGATIVE_INFINITY;
      if (cosine > least) this.#insert({ index: this.#rows + at / width, cosine });
    }
    this.#rows += rows.length / width;
  }

  /** Behind those that are as near, which came earlier. */
  #insert(row: { index: number; cosine: number }): void {
    const place = this.found.findIndex(({ cosine }) => cosine < row.cosine);
    this.found.splice(place < 0 ? this.found.length : place, 0, row);
    this.found.splice(this.#most);
  }
}

function dot(a: Float32Array, rows: Float32Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (rows[at + i] as number);
  return sum;
}

function normOf(rows: Float32Array, at: number, width: number): number {
  let sum = 0;
  for (let i = at; i < at + width; i++) sum += (rows[i] as number) ** 2;
  return Math.sqrt(sum);
}
