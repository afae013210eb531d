/** A sparse row of weights: `weights[p]` of source `sources[p]`. */
export type Row = { sources: number[]; weights: number[] };

/** Sources that join at a time, at the least. */
const LEAST_JOINING = 16;
const MOST_ROUNDS = 50;

/**
 * An L1 problem over many sources, solved over few (working sets, as in Tibshirani et al. 2012, §7): those
 * whose gradient exceeds the penalty join, the problem is solved over the ones that have joined, until none
 * is left outside that would lower the objective. So what is found is the minimum over all.
 */
export function overWorkingSet(
  l1: number,
  start: Row,
  gradient: (row: Row) => Float64Array,
  solve: (row: Row) => void,
): Row {
  const row = { sources: [...start.sources], weights: [...start.weights] };
  const inside = new Set(row.sources);
  if (inside.size > 0) solve(row);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const slope = gradient(row);
    const joining = [...slope.keys()]
      .filter((i) => Math.abs(slope[i]) > l1 * (1 + 1e-3) && !inside.has(i))
      .sort((a, b) => Math.abs(slope[b]) - Math.abs(slope[a]) || a - b)
      .slice(0, Math.max(LEAST_JOINING, inside.size));
    if (joining.length === 0) break;
    for (const i of joining) {
      inside.add(i);
      row.sources.push(i);
      row.weights.push(0);
    }
    solve(row);
  }
  return row;
}

/** The minimum of ½(x − value)² + l1 · |x| */
export function shrunk(value: number, l1: number): number {
  return value > l1 ? value - l1 : value < -l1 ? value + l1 : 0;
}
