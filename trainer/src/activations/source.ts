import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Activations at one hook, of counted tokens only, in chunks that can be had in any order, always the same. */
export type ActivationSource = {
  d_in: number;
  rows: number;
  chunks: number;
  chunkRows(i: number): number;
  /** [chunkRows(i), d_in] */
  chunk(i: number): Promise<Float32Array>;
};

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
): AsyncGenerator<Tensor> {
  const { rows, d_in } = source;
  if (rows === 0) throw new RangeError("there are no activations to shuffle");
  const start = startBatch * batch;
  let skip = start % rows;
  let x = zeros(batch, d_in);
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
        x.data.set(buffer.subarray(row * d_in, (row + 1) * d_in), filled * d_in);
        if (++filled < batch) continue;
        yield x;
        x = zeros(batch, d_in);
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

async function readChunks(source: ActivationSource, chunks: number[]): Promise<Float32Array> {
  const buffer = new Float32Array(rowsOf(source, chunks) * source.d_in);
  let at = 0;
  for (const chunk of chunks) {
    const data = await source.chunk(chunk);
    buffer.set(data, at);
    at += data.length;
  }
  return buffer;
}

function rowsOf(source: ActivationSource, chunks: number[]): number {
  return chunks.reduce((sum, chunk) => sum + source.chunkRows(chunk), 0);
}
