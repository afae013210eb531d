import type { SparseActs } from "../../sae/sparse-acts.ts";

/** Feature activations of two dictionaries at the same tokens. */
export type Pair = { from: SparseActs; to: SparseActs };

/** What is learnt from, and what it is measured on; plain arrays, so that threads can share them. */
export type Samples = { train: Pair; heldOut: Pair; d_from: number; d_to: number };

/** The samples in memory that threads share. */
export function shared({ train, heldOut, ...sizes }: Samples): Samples {
  const both = ({ from, to }: Pair): Pair => ({ from: copied(from), to: copied(to) });
  return { train: both(train), heldOut: both(heldOut), ...sizes };
}

function copied({ n, offsets, features, values }: SparseActs): SparseActs {
  const room = (array: Int32Array | Float32Array) => new SharedArrayBuffer(array.byteLength);
  const copy = {
    n,
    offsets: new Int32Array(room(offsets)),
    features: new Int32Array(room(features)),
    values: new Float32Array(room(values)),
  };
  copy.offsets.set(offsets);
  copy.features.set(features);
  copy.values.set(values);
  return copy;
}
