import type { ConnectionFit, ConnectionSource } from "../../bundle/index.ts";
import { quantile } from "../../tensor/statistics.ts";
import type { Connected } from "./connector.ts";

const BINS = 20;
const thresholds = [0.5, 0.8, 0.9];
const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9];

type Fits = Pick<ConnectionSource, "linear" | "relu" | "relu_adds">;

/** What the section says of one source; `variances` are Σ(f − f̄)² of each output feature on the held-out tokens. */
export function summarise(rows: Connected[], variances: Float64Array): Fits {
  const linear = fitOf(
    rows.map(({ variance_explained, weights }) => ({ share: variance_explained, weights })),
    variances,
  );
  const relu = fitOf(
    rows.map(({ variance_explained_relu: share, relu_weights: weights }) => ({ share, weights })),
    variances,
  );
  const added = rows.flatMap(({ variance_explained: a, variance_explained_relu: b }) =>
    a === null || b === null ? [] : [b - a],
  );
  return {
    linear,
    relu,
    relu_adds:
      added.length === 0
        ? null
        : {
            mean: added.reduce((sum, value) => sum + value, 0) / added.length,
            above_0_05: added.filter((value) => value > 0.05).length / added.length,
          },
  };
}

function fitOf(
  rows: { share: number | null; weights: number[] }[],
  variances: Float64Array,
): ConnectionFit | null {
  const varying = rows.flatMap(({ share, weights }, f) =>
    share === null
      ? []
      : [{ share, l0: weights.filter((w) => w !== 0).length, variance: variances[f] }],
  );
  if (varying.length === 0) return null;
  const features = varying.length;
  const sorted = Float64Array.from(varying, ({ share }) => share).sort();
  const counts = new Array<number>(BINS).fill(0);
  for (const share of sorted)
    if (share >= 0) counts[Math.min(BINS - 1, Math.floor(share * BINS))]++;
  const sum = (of: (row: (typeof varying)[number]) => number) =>
    varying.reduce((total, row) => total + of(row), 0);
  const l0 = new Array<number>(Math.max(...varying.map((row) => row.l0)) + 1).fill(0);
  for (const row of varying) l0[row.l0]++;
  return {
    features,
    together: sum(({ share, variance }) => share * variance) / sum(({ variance }) => variance),
    mean: sum(({ share }) => share) / features,
    quantiles: quantiles.map((q) => ({ q, variance_explained: quantile(sorted, q) })),
    histogram: { counts, below_zero: sorted.filter((share) => share < 0).length },
    above: thresholds.map((threshold) => ({
      threshold,
      share: sorted.filter((share) => share > threshold).length / features,
    })),
    l0: { mean: sum((row) => row.l0) / features, counts: l0 },
  };
}
