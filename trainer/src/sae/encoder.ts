import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import { outWidth, selectsFromBatch } from "./config.ts";
import type { KernelChoice } from "./kernel/choices.ts";
import { encodeRows, overflowed, rowsPerSlice } from "./kernel/encode.ts";
import { createKernel, type Kernel } from "./kernel/kernel.ts";
import { encoderLayout } from "./kernel/layout.ts";
import { putRows, putWeights, takeRows } from "./kernel/weights.ts";
import { normalized, restore } from "./normalize.ts";
import type { Sae } from "./sae.ts";
import { concatenated, type SparseActs } from "./sparse-acts.ts";

/** Encodes and decodes with the compiled kernel; agrees with `encode` and `decode` of sae.ts. */
export type Encoder = {
  /** x[n, d_in], any n */
  encode(x: Tensor): SparseActs;
  /** x̂[n, d_out]; x, which was encoded, is asked for by skip connections and normalisations alone */
  decode(acts: SparseActs, x?: Tensor): Tensor;
  dispose(): Promise<void>;
};

export type EncoderOptions = {
  threads: number;
  /** rows worked on at a time; bounds the memory */
  max_rows: number;
  sae_kernel?: KernelChoice;
};

/**
 * A row's activations do not depend on the rows beside it, nor on the number of threads. So there is no
 * encoder of batchtopk: for use it is saved as jumprelu (inference.ts).
 */
export async function createEncoder(sae: Sae, options: EncoderOptions): Promise<Encoder> {
  const { threads, max_rows, sae_kernel } = options;
  const { config } = sae;
  if (selectsFromBatch(config.architecture))
    throw new Error(`${config.architecture} does not encode rows one by one`);
  const kernel = await createKernel({ threads, sae_kernel, ...encoderLayout(config, max_rows) });
  putWeights(kernel, sae);
  const { input_norm } = config;
  return {
    encode(given) {
      const x = input_norm ? normalized(given, input_norm) : given;
      const blocks: SparseActs[] = [];
      for (let first = 0; first < x.shape[0]; first += max_rows)
        encodeBlock(kernel, rows(x, first, Math.min(first + max_rows, x.shape[0])), blocks);
      return concatenated(blocks);
    },
    decode(acts, x) {
      const isSkipping = config.transcoder?.skip ?? false;
      if ((isSkipping || input_norm) && !x)
        throw new Error("a skip connection, and rows that were normalised, need x to decode");
      const xHat = zeros(acts.n, outWidth(config));
      for (let first = 0; first < acts.n; ) {
        const last = lastThatFits(kernel, acts, first, max_rows);
        if (isSkipping && x) putRows(kernel.floats("x"), rows(x, first, last).data, config.d_in);
        decodeBlock(kernel, acts, rows(xHat, first, last), first);
        first = last;
      }
      if (input_norm && x) restore(xHat, x, input_norm);
      return xHat;
    },
    dispose: kernel.dispose,
  };
}

function encodeBlock(kernel: Kernel, x: Tensor, blocks: SparseActs[]): void {
  const [n, d_in] = x.shape;
  putRows(kernel.floats("x"), x.data, d_in);
  encodeRows(kernel, 0, n);
  if (!overflowed(kernel)) {
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

/** The activations of encoded rows; entries need not be active. */
function readRows(kernel: Kernel, first: number, last: number): SparseActs {
  kernel.runParts("activate");
  const start = kernel.ints("row_start");
  const count = kernel.ints("row_count");
  const feature = kernel.ints("entry_feature");
  const value = kernel.floats("entry_value");
  const n = last - first;
  const offsets = new Int32Array(n + 1);
  const entries = kernel.get("entries_used");
  const features = new Int32Array(entries);
  const values = new Float32Array(entries);
  let at = 0;
  for (let i = 0; i < n; i++) {
    const from = start[first + i];
    for (let o = from; o < from + count[first + i]; o++) {
      if (!(value[o] > 0)) continue;
      features[at] = feature[o];
      values[at++] = value[o];
    }
    offsets[i + 1] = at;
  }
  return { n, offsets, features: features.subarray(0, at), values: values.subarray(0, at) };
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
  const [n, d_out] = xHat.shape;
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
  takeRows(xHat.data, kernel.floats("error"), d_out);
}
