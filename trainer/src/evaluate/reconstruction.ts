import type { Tensor } from "../tensor/tensor.ts";

/** How near x̂ comes to x, row by row: sums over every row added, divided once. */
export class Reconstruction {
  tokens = 0;
  #squaredError = 0;
  #norm_x = 0;
  #norm_x_hat = 0;
  #ratio = 0;
  #cosine = 0;
  #d_in = 0;

  /** x and x̂, both [n, d_in] */
  add(x: Tensor, xHat: Tensor): void {
    const [n, d_in] = x.shape;
    for (let i = 0; i < n; i++) {
      const { squared_error, norm_x, norm_x_hat, dot } = compareRow(x, xHat, i);
      this.#squaredError += squared_error;
      this.#norm_x += norm_x;
      this.#norm_x_hat += norm_x_hat;
      this.#ratio += norm_x_hat / norm_x;
      // a zero x̂ points nowhere
      this.#cosine += norm_x_hat === 0 ? 0 : dot / (norm_x * norm_x_hat);
    }
    this.tokens += n;
    this.#d_in = d_in;
  }

  /** mean ‖x − x̂‖² / d_in */
  get mse(): number {
    return this.#squaredError / (this.tokens * this.#d_in);
  }

  /** mean ‖x‖ */
  get norm_x(): number {
    return this.#norm_x / this.tokens;
  }

  /** mean ‖x̂‖ */
  get norm_x_hat(): number {
    return this.#norm_x_hat / this.tokens;
  }

  /** mean ‖x̂‖ / ‖x‖ */
  get l2_ratio(): number {
    return this.#ratio / this.tokens;
  }

  /** mean x · x̂ / (‖x‖ ‖x̂‖) */
  get cosine(): number {
    return this.#cosine / this.tokens;
  }
}

/** ‖x − x̂‖², ‖x‖, ‖x̂‖ and x · x̂ of row i */
export function compareRow(x: Tensor, xHat: Tensor, i: number) {
  const d_in = x.shape[1];
  let squared_error = 0;
  let squares = 0;
  let squaresHat = 0;
  let dot = 0;
  for (let at = i * d_in; at < (i + 1) * d_in; at++) {
    const a = x.data[at];
    const b = xHat.data[at];
    squared_error += (a - b) ** 2;
    squares += a * a;
    squaresHat += b * b;
    dot += a * b;
  }
  return { squared_error, norm_x: Math.sqrt(squares), norm_x_hat: Math.sqrt(squaresHat), dot };
}
