import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import { createKernel, type Kernel } from "./kernel/kernel.ts";
import { encoderLayout, putRows, putWeights, rowsPerSlice, takeRows } from "./kernel/layout.ts";
import type { Sae } from "./sae.ts";
import type { SparseActs } from "./sparse-acts.ts";

/** Encodes and decodes with the compiled kernel; agrees with `encode` and `decode` of sae.ts. */
export type Encoder = {
  /** x[n, d_in], any n */
  encode(x: Tensor): SparseActs;
  /** x̂[n, d_out]; a skip connection needs x */
  decode(acts: SparseActs, x?: Tensor): Tensor;
  dispose(): Promise<void>;
};

export type EncoderOptions = {
  threads: number;
  /** rows worked on at a time; bounds the memory */
  max_rows: number;
};

/** A row's activations do not depend on the rows beside it, nor on the number of threads. */
export async function createEncoder(sae: Sae, options: EncoderOptions): Promise<Encoder> {
  const { threads, max_rows } = options;
  const { d_in } = sae.config;
  const kernel = await createKernel({ threads, ...encoderLayout(sae.config, max_rows) });
  putWeights(kernel, sae);
  return {
    encode(x) {
      const blocks: SparseActs[] = [];
      for (let first = 0; first < x.shape[0]; first += max_rows)
        encodeBlock(kernel, rows(x, first, Math.min(first + max_rows, x.shape[0])), blocks);
      return concatenate(blocks);
    },
    decode(acts) {
      const xHat = zeros(acts.n, d_in);
      for (let first = 0; first < acts.n; ) {
        const last = lastThatFits(kernel, acts, first, max_rows);
        decodeBlock(kernel, acts, rows(xHat, first, last), first);
        first = last;
      }
      return xHat;
    },
    dispose: kernel.dispose,
  };
}

function encodeBlock(kernel: Kernel, x: Tensor, blocks: SparseActs[]): void {
  const [n, d_in] = x.shape;
  putRows(kernel.floats("x"), x.data, d_in);
  if (encodeRows(kernel, 0, n)) {
    blocks.push(readRows(kernel, 0, n));
    return;
  }
  const slice = rowsPerSlice(kernel);
  for (let first = 0; first < n; first += slice) {
    const last = Math.min(first + slice, n);
    encodeRows(kernel, first, last);
    blocks.push(readRows(kernel, first, last));
  }
}

/** False when the rows are too dense for the room there is. */
function encodeRows(kernel: Kernel, first_row: number, last_row: number): boolean {
  kernel.set({ first_row, last_row, overflow: 0 });
  kernel.runParts("encode");
  return kernel.get("overflow") === 0;
}

function readRows(kernel: Kernel, first: number, last: number): SparseActs {
  const start = kernel.ints("row_start");
  const count = kernel.ints("row_count");
  const feature = kernel.ints("entry_feature");
  const value = kernel.floats("entry_value");
  const n = last - first;
  const offsets = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) offsets[i + 1] = offsets[i] + count[first + i];
  const features = new Int32Array(offsets[n]);
  const values = new Float32Array(offsets[n]);
  for (let i = 0; i < n; i++) {
    const from = start[first + i];
    const to = from + count[first + i];
    features.set(feature.subarray(from, to), offsets[i]);
    values.set(value.subarray(from, to), offsets[i]);
  }
  return { n, offsets, features, values };
}

function concatenate(blocks: SparseActs[]): SparseActs {
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

function lastThatFits(kernel: Kernel, acts: SparseActs, first: number, max_rows: number): number {
  const room = kernel.ints("entry_feature").length;
  let last = first + 1;
  while (
    last < acts.n &&
    last - first < max_rows &&
    acts.offsets[last + 1] - acts.offsets[first] <= room
  )
    last++;
  return last;
}

/** xHat = rows [first, first + xHat's rows) of the activations, decoded */
function decodeBlock(kernel: Kernel, acts: SparseActs, xHat: Tensor, first: number): void {
  const [n, d_in] = xHat.shape;
  const { offsets } = acts;
  const from = offsets[first];
  kernel.ints("entry_feature").set(acts.features.subarray(from, offsets[first + n]));
  kernel.floats("entry_value").set(acts.values.subarray(from, offsets[first + n]));
  const start = kernel.ints("row_start");
  const count = kernel.ints("row_count");
  for (let i = 0; i < n; i++) {
    start[i] = offsets[first + i] - from;
    count[i] = offsets[first + i + 1] - offsets[first + i];
  }
  kernel.set({ first_row: 0, last_row: n });
  kernel.runParts("decode");
  takeRows(xHat.data, kernel.floats("x_hat"), d_in);
}
