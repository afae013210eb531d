const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-12];

/** Adam (Kingma and Ba 2015) on numbers that are about as large as `unit`, which it moves in place. */
export class Adam {
  readonly #values: Float32Array;
  readonly #unit: number;
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  #steps = 0;

  constructor(values: Float32Array, unit: number) {
    this.#values = values;
    this.#unit = unit;
    this.#mean = new Float32Array(values.length);
    this.#square = new Float32Array(values.length);
  }

  /** At most about lr · unit each, against the gradient; what has had none yet stays. */
  step(gradient: Float64Array, lr: number): void {
    this.#steps++;
    const by = (lr * this.#unit) / (1 - BETA1 ** this.#steps);
    const correction = 1 / (1 - BETA2 ** this.#steps);
    for (let i = 0; i < gradient.length; i++) {
      this.#mean[i] = BETA1 * this.#mean[i] + (1 - BETA1) * gradient[i];
      this.#square[i] = BETA2 * this.#square[i] + (1 - BETA2) * gradient[i] ** 2;
      const size = Math.sqrt(this.#square[i] * correction) + EPSILON;
      this.#values[i] -= (by * this.#mean[i]) / size;
    }
  }
}
