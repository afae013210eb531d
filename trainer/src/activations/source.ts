import type { Tensor } from "../tensor/tensor.ts";
import { bytesPerNumber, type Dtype, fromBytes } from "./dtype.ts";

/** Activations of counted tokens only, in chunks that can be had in any order, always the same. */
export type ActivationSource = {
  d_in: number;
  /** width of y; null where an autoencoder's target is x itself */
  d_out: number | null;
  /** of the bytes in which rows are given, held and mixed, until they are in a batch */
  dtype: Dtype;
  rows: number;
  chunks: number;
  chunkRows(i: number): number;
  /** once it is aborted, a chunk that does not exist yet is waited for no longer */
  chunk(i: number, signal?: AbortSignal): Promise<RowBytes>;
  /** A few thousand rows of text that is not trained on, always the same. */
  heldOut(): Promise<Batch>;
};

/** x [rows, d_in] and, at the same tokens, what a transcoder learns to give for it: y [rows, d_out]. */
export type Batch = { x: Tensor; y: Tensor | null };

export type RowBytes = { x: Uint8Array; y: Uint8Array | null };

export function emptyRows({ d_in, d_out, dtype }: ActivationSource, rows: number): RowBytes {
  const bytes = (width: number) => new Uint8Array(rows * width * bytesPerNumber[dtype]);
  return { x: bytes(d_in), y: d_out === null ? null : bytes(d_out) };
}

export function toBatch({ d_in, d_out, dtype }: ActivationSource, { x, y }: RowBytes): Batch {
  const toTensor = (bytes: Uint8Array, width: number): Tensor => {
    const data = fromBytes(bytes, dtype);
    return { shape: [data.length / width, width], data };
  };
  return { x: toTensor(x, d_in), y: y && d_out ? toTensor(y, d_out) : null };
}
