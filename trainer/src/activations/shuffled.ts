import { setImmediate } from "node:timers/promises";
import { Random } from "../tensor/random.ts";
import { type PlannedBuffer, readBuffers, rowsIn } from "./buffers.ts";
import { type ActivationSource, type Batch, emptyRows, toBatch } from "./source.ts";

export type ShuffleOptions = {
  seed: number;
  /** rows in a batch */
  batch: number;
  /** rows that are mixed with each other; shuffling takes memory for twice as many, in the source's dtype */
  buffer_rows: number;
};

/**
 * Batches of a source's rows without end, epoch after epoch; each row comes once an epoch. Chunks are gathered into
 * buffers, in the first epoch in their own order, so that they can be harvested meanwhile, and in a random one in
 * later epochs. The rows of a buffer are put in random order, and batches are cut from what follows. All of it
 * depends on the seed and the sizes alone, so that a run which goes on at `startBatch` sees what one that was never
 * interrupted sees; nothing before it is read. Before each batch the event loop goes round: who trains blocks it.
 */
export async function* shuffled(
  source: ActivationSource,
  options: ShuffleOptions,
  startBatch: number,
): AsyncGenerator<Batch> {
  const { seed, batch } = options;
  if (source.rows === 0) throw new RangeError("there are no activations to shuffle");
  const planned = planBuffers(source, options, startBatch * batch);
  let out = emptyRows(source, batch);
  let filled = 0;
  for await (const { buffer, rows } of readBuffers(source, planned)) {
    const { epoch, i, skip } = buffer;
    const order = new Random(seed, "rows", epoch, i).shuffle(
      Uint32Array.from({ length: rowsIn(source, buffer.chunks) }, (_, row) => row),
    );
    for (const row of order.subarray(skip)) {
      copyRow(out.x, filled, rows.x, row, out.x.length / batch);
      if (out.y && rows.y) copyRow(out.y, filled, rows.y, row, out.y.length / batch);
      if (++filled < batch) continue;
      await setImmediate();
      yield toBatch(source, out);
      out = emptyRows(source, batch);
      filled = 0;
    }
  }
}

/** The buffers of epoch after epoch, from the one on that holds the `start`th row; `skip` of its rows come before. */
function* planBuffers(
  source: ActivationSource,
  { seed, buffer_rows }: ShuffleOptions,
  start: number,
): Generator<PlannedBuffer> {
  let skip = start % source.rows;
  for (let epoch = Math.floor(start / source.rows); ; epoch++) {
    const order = Array.from({ length: source.chunks }, (_, i) => i);
    if (epoch > 0) new Random(seed, "chunks", epoch).shuffle(order);
    for (const [i, chunks] of gatherChunks(source, order, buffer_rows).entries()) {
      const size = rowsIn(source, chunks);
      if (skip < size) yield { epoch, i, chunks, skip };
      skip = Math.max(0, skip - size);
    }
  }
}

/** The chunks of each buffer of an epoch: as many as fit, and at least one. */
function gatherChunks(source: ActivationSource, order: number[], buffer_rows: number): number[][] {
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

function copyRow(to: Uint8Array, at: number, from: Uint8Array, row: number, size: number): void {
  to.set(from.subarray(row * size, (row + 1) * size), at * size);
}
