import type { SparseActs } from "../sae/sparse-acts.ts";

/** How often and how strongly each feature fires, over every row added. */
export class Totals {
  tokens = 0;
  /** number of tokens on which the feature is active [d_sae] */
  n_active: Float64Array;
  max: Float32Array;
  #sum: Float64Array;

  constructor(d_sae: number) {
    this.n_active = new Float64Array(d_sae);
    this.max = new Float32Array(d_sae);
    this.#sum = new Float64Array(d_sae);
  }

  add({ n, features, values }: SparseActs): void {
    for (let o = 0; o < features.length; o++) {
      const f = features[o];
      this.n_active[f]++;
      this.#sum[f] += values[o];
      if (values[o] > this.max[f]) this.max[f] = values[o];
    }
    this.tokens += n;
  }

  of(f: number) {
    const n_active = this.n_active[f];
    return {
      density: n_active / this.tokens,
      n_active,
      max_activation: this.max[f],
      mean_activation: n_active === 0 ? 0 : this.#sum[f] / n_active,
    };
  }
}
