import { Largest } from "../../dashboard/largest.ts";
import type { Neighbours } from "../../dashboard/nearest.ts";
import type { SparseActs } from "../../sae/sparse-acts.ts";

/**
 * What `nearestRows` finds, of rows [n, width] of which only the entries > 0 are stored: exact, row by row
 * over the lists of who else has its features, so that neither a dense row nor a product is ever held.
 */
export function nearestSparseRows(
  of: SparseActs,
  among: SparseActs,
  { width, k, self }: { width: number; k: number; self: (row: number) => number },
  report: (done: number) => void,
): Neighbours[] {
  const columns = columnsOf(unitRows(among), width);
  const units = unitRows(of);
  const largest = new Largest(Math.min(k, among.n - 1));
  const cosines = new Float32Array(among.n);
  return Array.from({ length: of.n }, (_, row) => {
    cosines.fill(0);
    for (let o = units.offsets[row]; o < units.offsets[row + 1]; o++) {
      const f = units.features[o];
      const value = units.values[o];
      for (let at = columns.offsets[f]; at < columns.offsets[f + 1]; at++)
        cosines[columns.rows[at]] += value * columns.values[at];
    }
    const { places, values } = largest.find(cosines, { skip: self(row) });
    report(row + 1);
    return { rows: places, cosines: values };
  });
}

/** Every row scaled to length 1; one without entries stays. */
function unitRows({ n, offsets, features, values }: SparseActs): SparseActs {
  const units = values.slice();
  for (let row = 0; row < n; row++) {
    const own = units.subarray(offsets[row], offsets[row + 1]);
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let o = 0; o < own.length; o++) own[o] /= norm;
  }
  return { n, offsets, features, values: units };
}

/** The same entries by feature: `rows[at]`, `values[at]` for at in [offsets[f], offsets[f + 1]). */
function columnsOf({ n, offsets, features, values }: SparseActs, width: number) {
  const starts = new Int32Array(width + 1);
  for (const f of features) starts[f + 1]++;
  for (let f = 0; f < width; f++) starts[f + 1] += starts[f];
  const next = starts.slice();
  const columns = {
    offsets: starts,
    rows: new Int32Array(features.length),
    values: new Float32Array(features.length),
  };
  for (let row = 0; row < n; row++)
    for (let o = offsets[row]; o < offsets[row + 1]; o++) {
      const at = next[features[o]]++;
      columns.rows[at] = row;
      columns.values[at] = values[o];
    }
  return columns;
}
