import type { Random } from "../tensor/random.ts";
import { quantile } from "../tensor/statistics.ts";

/** How often each of n things is drawn when n are drawn with replacement, several times over (Efron 1979). */
export function resamples(n: number, times: number, random: Random): Uint32Array[] {
  return Array.from({ length: times }, () => {
    const drawn = new Uint32Array(n);
    for (let i = 0; i < n; i++) drawn[random.int(n)]++;
    return drawn;
  });
}

/**
 * A figure over n things, each taken once, and the interval that holds the middle 95 % of what it is over
 * resamples of them. `figure` takes how often each thing counts [n].
 */
export function estimated(
  n: number,
  resampled: Uint32Array[],
  figure: (weights: Uint32Array) => number,
): { value: number; low: number; high: number } {
  const found = Float64Array.from(resampled, figure).sort();
  return {
    value: figure(new Uint32Array(n).fill(1)),
    low: quantile(found, 0.025),
    high: quantile(found, 0.975),
  };
}
