import "server-only";
import type { FeatureRecord } from "trainer/bundle";
import type { CountedValues, FeatureHistograms } from "@/lib/views.ts";

const BINS = 40;

/** Gathers what is drawn of all features at once: sixteen bytes for each. */
export class FeatureCounts {
  #norms: number[] = [];
  #cosines: number[] = [];

  add({ decoder_norm, nearest_cosines }: Pick<FeatureRecord, "decoder_norm" | "nearest_cosines">) {
    this.#norms.push(decoder_norm);
    const nearest = nearest_cosines[0];
    if (nearest !== undefined) this.#cosines.push(nearest);
  }

  get histograms(): FeatureHistograms {
    const isAnyOpposite = this.#cosines.some((cosine) => cosine < 0);
    return {
      decoder_norm: count(this.#norms, ...rangeOf(this.#norms)),
      nearest_cosine: count(this.#cosines, isAnyOpposite ? -1 : 0, 1),
    };
  }
}

/** How many of the values lie in each bin; the last bin holds its upper edge, and rounding past an end counts there. */
function count(values: readonly number[], min: number, max: number): CountedValues {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - min) / (max - min || 1)) * BINS);
    const within = Math.min(BINS - 1, Math.max(0, bin));
    counts[within] = (counts[within] ?? 0) + 1;
  }
  return { min, max, counts };
}

function rangeOf(values: readonly number[]): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return values.length > 0 ? [min, max] : [0, 0];
}
