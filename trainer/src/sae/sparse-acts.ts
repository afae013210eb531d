import { type Tensor, zeros } from "../tensor/tensor.ts";

/**
 * Feature activations of n rows with the zeros left out (compressed rows): row i holds
 * `features[o]`, `values[o]` for o in [offsets[i], offsets[i + 1]), features ascending.
 */
export type SparseActs = {
  n: number;
  /** [n + 1] */
  offsets: Int32Array;
  /** [nnz] */
  features: Int32Array;
  /** [nnz], all > 0 */
  values: Float32Array;
};

/** acts[n, d_sae] → its nonzeros. */
export function toSparse(acts: Tensor): SparseActs {
  const [n, d_sae] = acts.shape;
  const offsets = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    let nnz = 0;
    for (let f = 0; f < d_sae; f++) if (acts.data[i * d_sae + f] !== 0) nnz++;
    offsets[i + 1] = offsets[i] + nnz;
  }
  const features = new Int32Array(offsets[n]);
  const values = new Float32Array(offsets[n]);
  for (let at = 0, o = 0; at < acts.data.length; at++) {
    if (acts.data[at] === 0) continue;
    features[o] = at % d_sae;
    values[o++] = acts.data[at];
  }
  return { n, offsets, features, values };
}

/** The same activations as acts[n, d_sae]. */
export function toDense({ n, offsets, features, values }: SparseActs, d_sae: number): Tensor {
  const acts = zeros(n, d_sae);
  for (let i = 0; i < n; i++)
    for (let o = offsets[i]; o < offsets[i + 1]; o++)
      acts.data[i * d_sae + features[o]] = values[o];
  return acts;
}

/** Those of the activations that `keep` is true of; `o` is an activation's place in `features` and `values`. */
export function keepActs(acts: SparseActs, keep: (o: number) => boolean): SparseActs {
  const { n } = acts;
  const offsets = new Int32Array(n + 1);
  const features = new Int32Array(acts.features.length);
  const values = new Float32Array(acts.values.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let o = acts.offsets[i]; o < acts.offsets[i + 1]; o++) {
      if (!keep(o)) continue;
      features[at] = acts.features[o];
      values[at++] = acts.values[o];
    }
    offsets[i + 1] = at;
  }
  return { n, offsets, features: features.subarray(0, at), values: values.subarray(0, at) };
}

/** The rows of all blocks, one after the other. */
export function concatenated(blocks: SparseActs[]): SparseActs {
  const n = blocks.reduce((sum, block) => sum + block.n, 0);
  const nnz = blocks.reduce((sum, block) => sum + block.values.length, 0);
  const offsets = new Int32Array(n + 1);
  const features = new Int32Array(nnz);
  const values = new Float32Array(nnz);
  let row = 0;
  let at = 0;
  for (const block of blocks) {
    for (let i = 1; i <= block.n; i++) offsets[row + i] = at + block.offsets[i];
    features.set(block.features, at);
    values.set(block.values, at);
    row += block.n;
    at += block.values.length;
  }
  return { n, offsets, features, values };
}
