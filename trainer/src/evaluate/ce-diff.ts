import { type DatapointOrigin, datapointOrigins, type Sections } from "../bundle/index.ts";
import { quantile, spearman } from "../tensor/statistics.ts";
import type { Collected, Datapoint } from "./datapoints.ts";

type CeDiffSection = NonNullable<Sections["ce_diff"]>;

/** Shares of the positions, the worst first, whose part of Σ CE-diff is stated. */
const worst = [0.001, 0.01, 0.1];
const quantiles = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];
const BINS = 120;

/** How CE-diff is distributed over all positions that were measured, and what it goes with in the sample. */
export function describeCeDiff({
  datapoints,
  ce_diffs,
}: Pick<Collected, "datapoints" | "ce_diffs">): Omit<
  CeDiffSection,
  "formula_version" | "seed" | "config"
> {
  const n = ce_diffs.length;
  const sorted = ce_diffs.slice().sort();
  const total = sum(sorted, (value) => value);
  const mean = total / (n || 1);
  const squares = sum(sorted, (value) => (value - mean) ** 2);
  return {
    tokens: n,
    datapoints: Object.fromEntries(
      datapointOrigins.map((origin) => [origin, ofOrigin(datapoints, origin).length]),
    ) as Record<DatapointOrigin, number>,
    mean,
    standard_deviation: Math.sqrt(squares / (n || 1)),
    negative_fraction: sum(sorted, (value) => (value < 0 ? 1 : 0)) / (n || 1),
    quantiles: n === 0 ? [] : quantiles.map((q) => ({ q, ce_diff: quantile(sorted, q) })),
    histogram: histogramOf(sorted),
    shares: worst.map((part) => {
      const those = sorted.subarray(n - Math.ceil(part * n));
      return { worst: part, of_total: sum(those, (value) => value) / (total || 1) };
    }),
    spearman: correlations(ofOrigin(datapoints, "sample")),
  };
}

/** Equal bins from the least to the largest of ascending values. */
function histogramOf(sorted: Float32Array): CeDiffSection["histogram"] {
  const counts: number[] = new Array(BINS).fill(0);
  if (sorted.length === 0) return { min: 0, max: 0, counts };
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  for (const value of sorted) {
    const bin = max > min ? Math.floor(((value - min) / (max - min)) * BINS) : 0;
    counts[Math.min(bin, BINS - 1)]++;
  }
  return { min, max, counts };
}

function correlations(sample: Datapoint[]): CeDiffSection["spearman"] {
  const of = (figure: "ce_diff" | keyof CeDiffSection["spearman"]) =>
    sample.map(({ [figure]: value }) => value);
  const ce_diff = of("ce_diff");
  const withCeDiff = (figure: keyof CeDiffSection["spearman"]) => spearman(ce_diff, of(figure));
  return {
    squared_error: withCeDiff("squared_error"),
    norm_x: withCeDiff("norm_x"),
    ce_clean: withCeDiff("ce_clean"),
    l0: withCeDiff("l0"),
    position: withCeDiff("position"),
  };
}

function ofOrigin(datapoints: Datapoint[], wanted: DatapointOrigin): Datapoint[] {
  return datapoints.filter(({ origin }) => origin === wanted);
}

function sum(values: Float32Array, of: (value: number) => number): number {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
}
