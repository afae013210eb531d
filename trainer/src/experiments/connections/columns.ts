import type { SparseActs } from "../../sae/sparse-acts.ts";

/** Feature activations of n tokens by feature: those of feature f are `values[o]` at tokens `rows[o]`, o in [starts[f], starts[f + 1]), ascending. */
export type Columns = {
  n: number;
  /** [d_sae + 1] */
  starts: Int32Array;
  /** [nnz] */
  rows: Int32Array;
  values: Float32Array;
};

/** The same activations, sorted by feature. */
export function toColumns({ n, offsets, features, values }: SparseActs, d_sae: number): Columns {
  const starts = new Int32Array(d_sae + 1);
  for (const f of features) starts[f + 1]++;
  for (let f = 0; f < d_sae; f++) starts[f + 1] += starts[f];
  const next = starts.slice();
  const columns = {
    n,
    starts,
    rows: new Int32Array(features.length),
    values: new Float32Array(features.length),
  };
  for (let i = 0; i < n; i++)
    for (let o = offsets[i]; o < offsets[i + 1]; o++) {
      const at = next[features[o]]++;
      columns.rows[at] = i;
      columns.values[at] = values[o];
    }
  return columns;
}

/** Mean and root mean square of each feature over all n tokens, those included on which it is silent; [d_sae] each. */
export function momentsOf({ n, starts, values }: Columns) {
  const d_sae = starts.length - 1;
  const mean = new Float64Array(d_sae);
  const rms = new Float64Array(d_sae);
  for (let f = 0; f < d_sae; f++) {
    let [sum, squares] = [0, 0];
    for (let o = starts[f]; o < starts[f + 1]; o++) {
      sum += values[o];
      squares += values[o] ** 2;
    }
    mean[f] = sum / n;
    rms[f] = Math.sqrt(squares / n);
  }
  return { mean, rms };
}

/** Σ(f − f̄)² of each feature over all n tokens; [d_sae] */
export function variancesOf(columns: Columns): Float64Array {
  const { mean, rms } = momentsOf(columns);
  return rms.map((r, f) => columns.n * Math.max(0, r ** 2 - mean[f] ** 2));
}
