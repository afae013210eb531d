import { setMaxListeners } from "node:events";
import { type ActivationSource, emptyRows, type RowBytes } from "./source.ts";

/** Chunks whose rows are mixed with each other: the `i`th buffer of an epoch. */
export type PlannedBuffer = { epoch: number; i: number; chunks: number[]; skip: number };

export function rowsIn(source: ActivationSource, chunks: number[]): number {
  return chunks.reduce((sum, chunk) => sum + source.chunkRows(chunk), 0);
}

/** Chunks that are asked for before the first of them is there: a model, or a disk, need not wait for who asks. */
const IN_HAND = 8;

/** Reads buffer after buffer; while one is used, the next is read, and no other. */
export async function* readBuffers(
  source: ActivationSource,
  planned: Generator<PlannedBuffer, undefined>,
): AsyncGenerator<{ buffer: PlannedBuffer; rows: RowBytes }> {
  let stop = new AbortController();
  const begin = () => {
    stop = new AbortController();
    setMaxListeners(2 * IN_HAND, stop.signal); // x and y of each chunk in hand may be waited for
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
): Promise<RowBytes> {
  const buffer = emptyRows(source, rowsIn(source, chunks));
  const asked: Promise<RowBytes>[] = [];
  const filled = { x: 0, y: 0 };
  try {
    for (const at of chunks.keys()) {
      while (asked.length < IN_HAND && at + asked.length < chunks.length) {
        const rows = source.chunk(chunks[at + asked.length], signal);
        rows.catch(() => {}); // seen when it is this chunk's turn
        asked.push(rows);
      }
      const { x, y } = (await asked.shift()) as RowBytes;
      signal.throwIfAborted();
      buffer.x.set(x, filled.x);
      filled.x += x.length;
      if (!buffer.y || !y) continue;
      buffer.y.set(y, filled.y);
      filled.y += y.length;
    }
    return buffer;
  } finally {
    await Promise.allSettled(asked);
  }
}
