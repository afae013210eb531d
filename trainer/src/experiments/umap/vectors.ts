import { type Neighbours, nearestRows } from "../../dashboard/nearest.ts";
import type { SparseActs } from "../../sae/sparse-acts.ts";
import { selectRows, type Tensor } from "../../tensor/tensor.ts";
import { nearestSparseRows } from "./nearest-sparse.ts";

/** What datapoints are compared by: a row for each, dense, or feature activations with the zeros left out. */
export type Vectors =
  | { kind: "dense"; rows: Tensor }
  | { kind: "sparse"; rows: SparseActs; width: number };

/** Those of the rows. */
export function selectVectors(vectors: Vectors, which: Int32Array): Vectors {
  return vectors.kind === "dense"
    ? { kind: "dense", rows: selectRows(vectors.rows, which) }
    : { ...vectors, rows: selectSparse(vectors.rows, which) };
}

/** For each row of `of` the k nearest of `among`, by cosine; with `among` null of its own other rows. */
export async function nearestOf(
  of: Vectors,
  among: Vectors | null,
  { k, threads }: { k: number; threads: number },
  report: (done: number) => void,
): Promise<Neighbours[]> {
  const self = (row: number) => (among ? -1 : row);
  const others = among ?? of;
  if (of.kind === "dense" && others.kind === "dense")
    return nearestRows(of.rows, others.rows, { k, threads, self }, report);
  if (of.kind === "sparse" && others.kind === "sparse")
    return nearestSparseRows(of.rows, others.rows, { width: of.width, k, self }, report);
  throw new Error("dense rows have no neighbours among sparse ones");
}

function selectSparse({ offsets, features, values }: SparseActs, which: Int32Array): SparseActs {
  const ends = new Int32Array(which.length + 1);
  for (const [at, row] of which.entries())
    ends[at + 1] = ends[at] + offsets[row + 1] - offsets[row];
  const out = {
    n: which.length,
    offsets: ends,
    features: new Int32Array(ends[which.length]),
    values: new Float32Array(ends[which.length]),
  };
  for (const [at, row] of which.entries()) {
    out.features.set(features.subarray(offsets[row], offsets[row + 1]), ends[at]);
    out.values.set(values.subarray(offsets[row], offsets[row + 1]), ends[at]);
  }
  return out;
}
