import type { SaeConfig } from "../config.ts";
import { type Weights, zeroWeights } from "../weights.ts";
import type { Kernel } from "./kernel.ts";
import { PARTS } from "./threads.ts";

/** The widths the kernel pads to, the columns it scans at a time, and its largest vector; as in kernels/. */
const WIDE = 16;
const PADDED_FEATURES = 32;
const TILE = 128;
const MAX_LANES = 16;

/**
 * Most entries (active features of a batch) to keep room for, where an architecture does not bound
 * them: 24 bytes each. A denser batch is worked on in slices.
 */
const MAX_ENTRIES = 2 ** 22;

export const paddedWidth = (d_in: number) => roundUp(d_in, WIDE);
export const paddedFeatures = (d_sae: number) => roundUp(d_sae, PADDED_FEATURES);

function roundUp(n: number, step: number): number {
  return Math.ceil(n / step) * step;
}

/**
 * How many entries a row's list must hold while it is encoded, keeping k of n (all positive ones for
 * k = 0), and a vector more, which may be written but not kept.
 */
export function listCapacity(n: number, k: number): number {
  return (k === 0 ? paddedFeatures(n) : 2 * k + TILE) + MAX_LANES;
}

/** Scalars and arrays that the encoder and the decoder need, for up to `rows` rows at a time. */
export function encoderLayout({ architecture, d_in, d_sae, k }: SaeConfig, rows: number) {
  const d = paddedWidth(d_in);
  const n = paddedFeatures(d_sae);
  const kept = architecture === "standard" ? 0 : Math.min(k ?? d_sae, d_sae);
  const rows_per_part = Math.ceil(rows / PARTS);
  const part_capacity =
    kept === 0
      ? Math.max(d_sae, Math.min(rows_per_part * d_sae, MAX_ENTRIES / PARTS))
      : Math.max(rows_per_part * kept, Math.ceil(d_sae / PARTS));
  return {
    scalars: { d_in: d, d_sae, k: kept, part_capacity, list_capacity: listCapacity(d_sae, kept) },
    arrays: {
      x: rows * d,
      x_hat: rows * d,
      W_enc: d_sae * d,
      panels: n * d,
      b_enc: n,
      W_dec: d_sae * d,
      b_dec: d,
      row_start: rows,
      row_count: rows,
      entry_feature: PARTS * part_capacity,
      entry_value: PARTS * part_capacity,
    },
  };
}

/** Rows that fit whatever they hold: each part's share may be wholly dense. */
export function rowsPerSlice(kernel: Kernel): number {
  return PARTS * Math.floor(kernel.get("part_capacity") / kernel.get("d_sae"));
}

/** Copies rows of `width` numbers into rows padded with zeros. */
export function putRows(to: Float32Array, from: Float32Array, width: number): void {
  const padded = paddedWidth(width);
  for (let row = 0; row * width < from.length; row++) {
    to.set(from.subarray(row * width, (row + 1) * width), row * padded);
    to.fill(0, row * padded + width, (row + 1) * padded);
  }
}

/** The first `to.length / width` of the kernel's padded rows, without the padding. */
export function takeRows(to: Float32Array, from: Float32Array, width: number): void {
  const padded = paddedWidth(width);
  for (let row = 0; row * width < to.length; row++)
    to.set(from.subarray(row * padded, row * padded + width), row * width);
}

/** [rows, columns] → [columns, rows] */
function transpose(from: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(from.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c];
  return to;
}

/** Puts an SAE's weights into the kernel, in the kernel's layout. */
export function putWeights(kernel: Kernel, weights: Weights): void {
  putArrays(kernel, weights);
  kernel.floats("b_enc").fill(-Infinity, weights.b_enc.data.length);
  kernel.runParts("panels");
}

/** Weights, or what is shaped like them: `prefix` names Adam's moments. */
export function putArrays(
  kernel: Kernel,
  { W_enc, b_enc, W_dec, b_dec }: Weights,
  prefix = "",
): void {
  const [d_in, d_sae] = W_enc.shape;
  putRows(kernel.floats(`${prefix}W_enc`), transpose(W_enc.data, d_in, d_sae), d_in);
  putRows(kernel.floats(`${prefix}W_dec`), W_dec.data, d_in);
  putRows(kernel.floats(`${prefix}b_dec`), b_dec.data, d_in);
  kernel.floats(`${prefix}b_enc`).set(b_enc.data);
}

export function takeArrays(
  kernel: Kernel,
  sizes: Pick<SaeConfig, "architecture" | "d_in" | "d_sae">,
  prefix = "",
): Weights {
  const { d_in, d_sae } = sizes;
  const taken = zeroWeights(sizes);
  const W_encT = new Float32Array(d_sae * d_in);
  takeRows(W_encT, kernel.floats(`${prefix}W_enc`), d_in);
  taken.W_enc.data.set(transpose(W_encT, d_sae, d_in));
  takeRows(taken.W_dec.data, kernel.floats(`${prefix}W_dec`), d_in);
  takeRows(taken.b_dec.data, kernel.floats(`${prefix}b_dec`), d_in);
  taken.b_enc.data.set(kernel.floats(`${prefix}b_enc`).subarray(0, d_sae));
  return taken;
}
