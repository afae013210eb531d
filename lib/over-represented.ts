/*
 * Which features are active more often among some datapoints than among all of them. For each feature
 * Fisher's exact test of its 2 × 2 table, one-sided; over all features Benjamini and Hochberg's
 * correction (1995), so that of those listed below q no more than about a share q are there by chance.
 */

export type OverRepresented = {
  index: number;
  /** selected datapoints at which it is active, and datapoints in all */
  inside: number;
  overall: number;
  /** (inside / selected) / (overall / total) */
  ratio: number;
  /** P(at least so many inside), had as many been selected at random; corrected over all tests */
  p_adjusted: number;
};

type Counts = {
  selected: number;
  total: number;
  /** by feature: at how many datapoints it is active */
  inside: ArrayLike<number>;
  overall: ArrayLike<number>;
};

/**
 * The `most` features with the largest ratio, of those active at `least` selected datapoints or more.
 * Every feature that is active at any datapoint is a test, whether it is active inside or not.
 */
export function overRepresented(
  { selected, total, inside, overall }: Counts,
  { least, most }: { least: number; most: number },
): { features: OverRepresented[]; tests: number } {
  const tail = upperTail(total);
  const tested = Array.from({ length: overall.length }, (_, index) => index).filter(
    (index) => (overall[index] ?? 0) > 0,
  );
  const adjusted = benjaminiHochberg(
    tested.map((index) => tail(inside[index] ?? 0, overall[index] ?? 0, selected)),
  );
  const features = tested
    .map((index, i) => {
      const [k, all] = [inside[index] ?? 0, overall[index] ?? 0];
      const ratio = (k * total) / (all * selected);
      return { index, inside: k, overall: all, ratio, p_adjusted: adjusted[i] ?? 1 };
    })
    .filter((feature) => feature.inside >= least)
    .sort((a, b) => b.ratio - a.ratio || b.inside - a.inside || a.index - b.index);
  return { features: features.slice(0, most), tests: tested.length };
}

/**
 * The hypergeometric distribution's upper tail among `total` things: P(X ≥ k), where `drawn` are drawn
 * without return and X of them are among the `marked`.
 */
export function upperTail(total: number): (k: number, marked: number, drawn: number) => number {
  const logFactorial = new Float64Array(total + 1);
  for (let i = 2; i <= total; i++) logFactorial[i] = (logFactorial[i - 1] ?? 0) + Math.log(i);
  const logChoose = (n: number, k: number) =>
    (logFactorial[n] ?? 0) - (logFactorial[k] ?? 0) - (logFactorial[n - k] ?? 0);

  return (k, marked, drawn) => {
    const least = Math.max(0, drawn + marked - total);
    const largest = Math.min(marked, drawn);
    if (k <= least) return 1;
    if (k > largest) return 0;
    // from the largest term outwards: at the tail's own end a term may be too small for a number
    const mode = Math.floor(((drawn + 1) * (marked + 1)) / (total + 2));
    const start = Math.min(largest, Math.max(k, mode));
    const first = Math.exp(
      logChoose(marked, start) + logChoose(total - marked, drawn - start) - logChoose(total, drawn),
    );
    let sum = first;
    for (let x = start, term = first; x < largest && term > sum * 1e-17; x++) {
      term *= ((marked - x) * (drawn - x)) / ((x + 1) * (total - marked - drawn + x + 1));
      sum += term;
    }
    for (let x = start, term = first; x > k && term > sum * 1e-17; x--) {
      term *= (x * (total - marked - drawn + x)) / ((marked - x + 1) * (drawn - x + 1));
      sum += term;
    }
    return Math.min(1, sum);
  };
}

/** Adjusted p-values in the given order: the smallest p_(j) · m / j of those at least as large. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] ?? 0) - (p[a] ?? 0)); // largest first
  const out = new Array<number>(p.length);
  let smallest = 1;
  order.forEach((i, at) => {
    smallest = Math.min(smallest, ((p[i] ?? 0) * p.length) / (p.length - at));
    out[i] = smallest;
  });
  return out;
}
