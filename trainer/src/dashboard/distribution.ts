import { Reservoir } from "../evaluate/reservoir.ts";
import { Random } from "../tensor/random.ts";
import type { ActivationBlock } from "./activation-log.ts";
import type { Place } from "./top-examples.ts";

export type Interval = {
  /** activations in (min, max] */
  min: number;
  max: number;
  /** share of the feature's activations that lie in the interval */
  share: number;
  /** a uniform sample of them, largest first */
  examples: Place[];
};

export type DistributionOptions = {
  intervals: number;
  interval_examples: number;
  histogram_bins: number;
  context_size: number;
  seed: number;
};

/**
 * How each feature's activations spread over (0, max], cut into equal parts: finely for the
 * histogram, coarsely for the intervals that examples are sampled from. Every activation is counted.
 */
export class Distribution {
  #max: Float32Array;
  #options: DistributionOptions;
  /** [d_sae · histogram_bins] */
  #histogram: Uint32Array;
  /** [d_sae · intervals], from the lowest interval to the highest */
  #counts: Uint32Array;
  #samples: Reservoir<Place>[];

  /** `max`: each feature's largest activation [d_sae] */
  constructor(max: Float32Array, options: DistributionOptions) {
    const { intervals, interval_examples, histogram_bins, seed } = options;
    const random = new Random(seed, "interval examples");
    this.#max = max;
    this.#options = options;
    this.#histogram = new Uint32Array(max.length * histogram_bins);
    this.#counts = new Uint32Array(max.length * intervals);
    this.#samples = Array.from(this.#counts, () => new Reservoir(interval_examples, random));
  }

  add({ first_context, places, acts }: ActivationBlock): void {
    const { intervals, histogram_bins, context_size } = this.#options;
    const { offsets, features, values } = acts;
    for (let i = 0; i < acts.n; i++) {
      for (let o = offsets[i]; o < offsets[i + 1]; o++) {
        const f = features[o];
        const activation = values[o];
        const at = f * intervals + part(activation, this.#max[f], intervals);
        this.#histogram[f * histogram_bins + part(activation, this.#max[f], histogram_bins)]++;
        this.#counts[at]++;
        this.#samples[at].offer(() => ({
          context: first_context + Math.floor(places[i] / context_size),
          position: places[i] % context_size,
          activation,
        }));
      }
    }
  }

  /** Counts in equal bins over (0, max]. */
  histogram(f: number): number[] {
    const { histogram_bins } = this.#options;
    return Array.from(this.#histogram.subarray(f * histogram_bins, (f + 1) * histogram_bins));
  }

  /** Equal parts of (0, max], highest first. */
  intervals(f: number): Interval[] {
    const { intervals } = this.#options;
    const counts = this.#counts.subarray(f * intervals, (f + 1) * intervals);
    const total = counts.reduce((a, b) => a + b, 0);
    return Array.from(counts, (count, q) => ({
      min: (q / intervals) * this.#max[f],
      max: ((q + 1) / intervals) * this.#max[f],
      share: count / total,
      examples: this.#samples[f * intervals + q].items.sort(
        (a, b) => b.activation - a.activation || a.context - b.context || a.position - b.position,
      ),
    })).reverse();
  }
}

/** Which of n equal parts of (0, max] holds the activation; exact, since float32 products fit float64. */
export function part(activation: number, max: number, n: number): number {
  return Math.ceil((activation * n) / max) - 1;
}
