import { type ActivationSource, type Batch, type ChunkRows, emptyBatch } from "./source.ts";

/** Chunks whose rows are mixed with each other: the `i`th buffer of an epoch. */
export type PlannedBuffer = { epoch: number; i: number; chunks: number[]; skip: number };

/** Chunks that are asked for before the first of them is there: a model, or a disk, need not wait for who asks. */
const IN_HAND = 8;

/** Reads buffer after buffer; while one is used, the next is read, and no other. */
export async function* readBuffers(
  source: ActivationSource,
  planned: Generator<PlannedBuffer, undefined>,
): AsyncGenerator<{ buffer: PlannedBuffer; rows: Batch }> {
  let stop = new AbortController();
  const begin = () => {
    stop = new AbortController();
    const buffer = planned.next().value as PlannedBuffer;
    const rows = readBuffer(source, buffer, stop.signal);
    rows.catch(() => {}); // seen when it is this buffer's turn
    return { buffer, rows };
  };
  let next = begin();
  try {
    while (true) {
      const { buffer, rows } = next;
      const read = { buffer, rows: await rows };
      next = begin();
      yield read;
    }
  } finally {
    stop.abort();
    await next.rows.catch(() => {});
  }
}

/** Ends early, with nothing in hand, once the signal is aborted. */
async function readBuffer(
  source: ActivationSource,
  { chunks }: PlannedBuffer,
  signal: AbortSignal,
): Promise<Batch> {
  const size = chunks.reduce((sum, chunk) => sum + source.chunkRows(chunk), 0);
  const buffer = emptyBatch(source, size);
  const asked: Promise<ChunkRows>[] = [];
  let row = 0;
  try {
    for (const [at, chunk] of chunks.entries()) {
      while (asked.length < IN_HAND && at + asked.length < chunks.length) {
        const rows = source.chunk(chunks[at + asked.length], signal);
        rows.catch(() => {}); // seen when it is this chunk's turn
        asked.push(rows);
      }
      const { x, y } = (await asked.shift()) as ChunkRows;
      signal.throwIfAborted();
      buffer.x.data.set(x, row * source.d_in);
      if (buffer.y && y) buffer.y.data.set(y, row * buffer.y.shape[1]);
      row += source.chunkRows(chunk);
    }
    return buffer;
  } finally {
    await Promise.allSettled(asked);
  }
}
