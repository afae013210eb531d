import type { Tensor } from "../tensor/tensor.ts";

/**
 * Fraction of variance unexplained over every row added: Σ‖x − x̂‖² / Σ‖x − x̄‖².
 * Sums are kept and divided once, so the answer does not depend on how the rows were batched.
 */
export class Fvu {
  #n = 0;
  #residual = 0;
  /** sums are taken about the first row, so a large offset common to all rows costs no digits */
  #origin: Float64Array | null = null;
  #squares = 0;
  #sum = new Float64Array(0);

  /** x and x̂, both [n, d_in] */
  add(x: Tensor, xHat: Tensor): void {
    const [n, d_in] = x.shape;
    if (n === 0) return;
    if (!this.#origin) {
      this.#origin = Float64Array.from(x.data.subarray(0, d_in));
      this.#sum = new Float64Array(d_in);
    }
    for (let i = 0, at = 0; i < n; i++) {
      for (let j = 0; j < d_in; j++, at++) {
        const fromOrigin = x.data[at] - this.#origin[j];
        this.#residual += (x.data[at] - xHat.data[at]) ** 2;
        this.#squares += fromOrigin ** 2;
        this.#sum[j] += fromOrigin;
      }
    }
    this.#n += n;
  }

  get value(): number {
    return this.#residual / this.variance;
  }

  /** Σ‖x − x̄‖² */
  get variance(): number {
    // = Σ‖x − o‖² − n‖x̄ − o‖² for any origin o
    const meanSquared = this.#sum.reduce((total, sum) => total + (sum / this.#n) ** 2, 0);
    return this.#squares - this.#n * meanSquared;
  }
}
