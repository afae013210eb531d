/** The row with the largest cosine to a direction, of those that were added. */
export class NearestRow {
  index = -1;
  cosine = Number.NEGATIVE_INFINITY;
  #direction: Float32Array;
  #norm: number;
  #rows = 0;

  constructor(direction: Float32Array) {
    this.#direction = direction;
    this.#norm = Math.sqrt(dot(direction, direction, 0));
  }

  /** Rows one after another, which follow on those that were added before. */
  add(rows: Float32Array): void {
    const width = this.#direction.length;
    for (let at = 0; at < rows.length; at += width) {
      const cosine = dot(this.#direction, rows, at) / (this.#norm * normOf(rows, at, width));
      if (cosine > this.cosine) {
        this.cosine = cosine;
        this.index = this.#rows + at / width;
      }
    }
    this.#rows += rows.length / width;
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
