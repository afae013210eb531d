import type { Evaluation } from "../bundle/index.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";

const BINS_PER_DECADE = 10;

/** Which features fire, how often and how strongly: sums over every row added, divided once. */
export class Sparsity {
  tokens = 0;
  /** number of tokens on which each feature is active [d_sae] */
  #fired: Float64Array;
  #decoder_norms: Float32Array;
  #active = 0;
  #weighted = 0;

  /** `decoder_norms`: ‖d_f‖ [d_sae] */
  constructor(decoder_norms: Float32Array) {
    this.#decoder_norms = decoder_norms;
    this.#fired = new Float64Array(decoder_norms.length);
  }

  add({ n, features, values }: SparseActs): void {
    for (let o = 0; o < features.length; o++) {
      const f = features[o];
      this.#fired[f]++;
      this.#weighted += values[o] * this.#decoder_norms[f];
    }
    this.#active += features.length;
    this.tokens += n;
  }

  /** mean number of active features */
  get l0(): number {
    return this.#active / this.tokens;
  }

  /** mean Σ_f a_f · ‖d_f‖ */
  get l1(): number {
    return this.#weighted / this.tokens;
  }

  get dead_fraction(): number {
    return this.#fired.filter((count) => count === 0).length / this.#fired.length;
  }

  /** fraction of tokens on which each feature fires [d_sae] */
  get density(): Float64Array {
    return this.#fired.map((count) => count / this.tokens);
  }

  /** sparsity.safetensors as SAELens has it: log10(density + 1e-10) [d_sae] */
  get log10Density(): Float32Array {
    return Float32Array.from(this.density, (density) => Math.log10(density + 1e-10));
  }

  /** Features by log10(density), ten bins to a decade, from the least density that can be seen. */
  get densityHistogram(): Evaluation["density_histogram"] {
    const log10_min = Math.min(-1, Math.floor(-Math.log10(this.tokens)));
    const counts: number[] = new Array(-log10_min * BINS_PER_DECADE).fill(0);
    let dead = 0;
    for (const density of this.density) {
      if (density === 0) dead++;
      else {
        const bin = Math.floor((Math.log10(density) - log10_min) * BINS_PER_DECADE);
        counts[Math.min(bin, counts.length - 1)]++;
      }
    }
    return { log10_min, log10_max: 0, counts, dead };
  }
}
