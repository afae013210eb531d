import type { SparseActs } from "../../sae/sparse-acts.ts";
import { type Columns, momentsOf } from "./columns.ts";

/** Bytes of rows of the Gram matrix that are kept; the rest is computed again when it is asked for. */
const KEPT_BYTES = 1 << 28;

/** Source features with their means and scales: by token, and by feature. */
export type Sources = {
  d: number;
  acts: SparseActs;
  columns: Columns;
  mean: Float64Array;
  rms: Float64Array;
};

export function toSources(acts: SparseActs, columns: Columns): Sources {
  return { d: columns.starts.length - 1, acts, columns, ...momentsOf(columns) };
}

/**
 * Second moments of source features, each in units of its scale: E[a_i a_k] / (s_i s_k), with s the root
 * mean square; where a constant is fitted as well, correlations, with s the standard deviation. A row takes
 * one pass over the tokens on which its feature fires, so it is made when it is first needed, and rows that
 * were not needed for long make way beyond KEPT_BYTES: a wide dictionary needs no d × d matrix.
 */
export class Gram {
  readonly scale: Float64Array;
  #sources: Sources;
  #centred: boolean;
  #rows = new Map<number, Float64Array>();

  constructor(sources: Sources, centred: boolean) {
    this.#sources = sources;
    this.#centred = centred;
    const { mean, rms } = sources;
    this.scale = centred ? rms.map((r, i) => standardDeviation(mean[i], r)) : rms;
  }

  /** [d] */
  row(i: number): Float64Array {
    const known = this.#rows.get(i);
    if (known) {
      this.#rows.delete(i); // and set again: a Map's order is the order of setting
      this.#rows.set(i, known);
      return known;
    }
    const made = this.products(this.#sources.columns, i, this.#sources.mean[i], this.scale[i]);
    this.#rows.set(i, made);
    const oldest = this.#rows.keys().next();
    if (this.#rows.size * made.byteLength > KEPT_BYTES && !oldest.done)
      this.#rows.delete(oldest.value);
    return made;
  }

  /** The same moments of column f of `of`, with the given mean and scale, and each source feature; [d]. */
  products(of: Columns, f: number, mean: number, scale: number): Float64Array {
    const { d, acts, mean: means } = this.#sources;
    const sums = new Float64Array(d);
    if (!(scale > 0)) return sums;
    for (let o = of.starts[f]; o < of.starts[f + 1]; o++) {
      const t = of.rows[o];
      const value = of.values[o];
      for (let p = acts.offsets[t]; p < acts.offsets[t + 1]; p++)
        sums[acts.features[p]] += value * acts.values[p];
    }
    for (let k = 0; k < d; k++) {
      const moment = sums[k] / acts.n - (this.#centred ? mean * means[k] : 0);
      sums[k] = this.scale[k] > 0 ? moment / (scale * this.scale[k]) : 0;
    }
    return sums;
  }
}

export function standardDeviation(mean: number, rms: number): number {
  const variance = rms ** 2 - mean ** 2;
  return variance > 1e-12 * rms ** 2 ? Math.sqrt(variance) : 0;
}
