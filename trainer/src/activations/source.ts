import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Activations of counted tokens only, in chunks that can be had in any order, always the same. */
export type ActivationSource = {
  d_in: number;
  /** width of y; null where an autoencoder's target is x itself */
  d_out: number | null;
  rows: number;
  chunks: number;
  chunkRows(i: number): number;
  chunk(i: number): Promise<ChunkRows>;
};

/** x [rows, d_in] and, at the same tokens, what a transcoder learns to give for it: y [rows, d_out]. */
export type ChunkRows = { x: Float32Array; y: Float32Array | null };

export type Batch = { x: Tensor; y: Tensor | null };

export type ShuffleOptions = {
  seed: number;
  /** rows in a batch */
  batch: number;
  /** rows that are mixed with each other; the memory that shuffling takes */
  buffer_rows: number;
};

/**
 * Batches of a source's rows without end, epoch after epoch; each row comes once an epoch. Chunks are put in
 * random order and gathered into buffers, the rows of a buffer are put in random order, and batches are cut
 * from what follows. All of it depends on the seed and the sizes alone, so that a run which goes on at
 * `startBatch` sees what one that was never interrupted sees; nothing before it is read.
 */
export async function* shuffled(
  source: ActivationSource,
  { seed, batch, buffer_rows }: ShuffleOptions,
  startBatch: number,
): AsyncGenerator<Batch> {
  const { rows, d_in, d_out } = source;
  if (rows === 0) throw new RangeError("there are no activations to shuffle");
  const start = startBatch * batch;
  let skip = start % rows;
  const empty = () => ({ x: zeros(batch, d_in), y: d_out === null ? null : zeros(batch, d_out) });
  let out = empty();
  let filled = 0;
  for (let epoch = Math.floor(start / rows); ; epoch++) {
    const buffers = gatherChunks(source, buffer_rows, new Random(seed, "chunks", epoch));
    for (const [i, chunks] of buffers.entries()) {
      const size = rowsOf(source, chunks);
      if (skip >= size) {
        skip -= size;
        continue;
      }
      const buffer = await readChunks(source, chunks);
      const order = new Random(seed, "rows", epoch, i).shuffle(
        Uint32Array.from({ length: size }, (_, row) => row),
      );
      for (const row of order.subarray(skip)) {
        copyRow(out, filled, buffer, row);
        if (++filled < batch) continue;
        yield out;
        out = empty();
        filled = 0;
      }
      skip = 0;
    }
  }
}

/** The chunks of each buffer of an epoch: as many as fit, and at least one. */
function gatherChunks(source: ActivationSource, buffer_rows: number, random: Random): number[][] {
  const order = random.shuffle(Array.from({ length: source.chunks }, (_, i) => i));
  const buffers: number[][] = [];
  let left = 0;
  for (const chunk of order) {
    const size = source.chunkRows(chunk);
    if (size > left) {
      buffers.push([]);
      left = buffer_rows;
    }
    buffers.at(-1)?.push(chunk);
    left -= size;
  }
  return buffers;
}

async function readChunks(source: ActivationSource, chunks: number[]): Promise<Batch> {
  const { d_in, d_out } = source;
  const size = rowsOf(source, chunks);
  const buffer = { x: zeros(size, d_in), y: d_out === null ? null : zeros(size, d_out) };
  let row = 0;
  for (const chunk of chunks) {
    const { x, y } = await source.chunk(chunk);
    buffer.x.data.set(x, row * d_in);
    if (buffer.y && y) buffer.y.data.set(y, row * buffer.y.shape[1]);
    row += source.chunkRows(chunk);
  }
  return buffer;
}

function copyRow(to: Batch, at: number, from: Batch, row: number): void {
  copy(to.x, at, from.x, row);
  if (to.y && from.y) copy(to.y, at, from.y, row);
}

function copy(to: Tensor, at: number, from: Tensor, row: number): void {
  const width = to.shape[1];
  to.data.set(from.data.subarray(row * width, (row + 1) * width), at * width);
}

function rowsOf(source: ActivationSource, chunks: number[]): number {
  return chunks.reduce((sum, chunk) => sum + source.chunkRows(chunk), 0);
}
