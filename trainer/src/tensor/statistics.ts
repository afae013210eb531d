/** Pearson's correlation; null where one side is constant. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const n = a.length;
  // their mean need not be the constant itself, once it is rounded
  if (isConstant(a) || isConstant(b)) return null;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [da, db] = [a[i] - meanA, b[i] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** 0 of none */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / (values.length || 1);
}

/** Spearman's rank correlation, ties at their mean rank; null where one side is constant. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  return pearson(ranks(a), ranks(b));
}

/**
 * The chance that one of those that are bad has a larger value than one of the others, equal values counting
 * half: the area under the ROC curve, by Mann and Whitney's sum of ranks. null where one kind is missing.
 */
export function auroc(
  values: ArrayLike<number>,
  isBad: ArrayLike<number | boolean>,
): number | null {
  const ranked = ranks(values);
  let [bad, sum] = [0, 0];
  for (let i = 0; i < ranked.length; i++) {
    if (!isBad[i]) continue;
    bad++;
    sum += ranked[i];
  }
  const pairs = bad * (ranked.length - bad);
  return pairs === 0 ? null : (sum - (bad * (bad + 1)) / 2) / pairs;
}

/** Ranks from 1, of equal values their mean. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i] - values[j],
  );
  const out = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let at = first; at < end; at++) out[order[at]] = (first + 1 + end) / 2;
    first = end;
  }
  return out;
}

/** The q-quantile of ascending values, between two of them in proportion; NaN of none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
