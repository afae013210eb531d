import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Activations of counted tokens only, in chunks that can be had in any order, always the same. */
export type ActivationSource = {
  d_in: number;
  /** width of y; null where an autoencoder's target is x itself */
  d_out: number | null;
  rows: number;
  chunks: number;
  chunkRows(i: number): number;
  /** once it is aborted, a chunk that does not exist yet is waited for no longer */
  chunk(i: number, signal?: AbortSignal): Promise<ChunkRows>;
  /** A few thousand rows of text that is not trained on, always the same. */
  heldOut(): Promise<Batch>;
};

/** x [rows, d_in] and, at the same tokens, what a transcoder learns to give for it: y [rows, d_out]. */
export type ChunkRows = { x: Float32Array; y: Float32Array | null };

export type Batch = { x: Tensor; y: Tensor | null };

export function emptyBatch({ d_in, d_out }: ActivationSource, rows: number): Batch {
  return { x: zeros(rows, d_in), y: d_out === null ? null : zeros(rows, d_out) };
}
