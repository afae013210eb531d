import { bin } from "d3-array";
import type { Bins } from "../plots/histogram-layout.ts";

const BINS = 20;

/** Cosines in equal bins from 0 to 1; what is below 0 counts as 0. */
export function cosineBins(cosines: readonly number[]): Bins {
  const edges = Array.from({ length: BINS - 1 }, (_, i) => (i + 1) / BINS);
  const into = bin<number, number>().domain([0, 1]).thresholds(edges);
  const within = cosines.map((cosine) => Math.min(1, Math.max(0, cosine)));
  return { counts: into(within).map(({ length }) => length), min: 0, max: 1 };
}
