import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { fromBytes, toBytes } from "./dtype.ts";
import { shuffled } from "./shuffled.ts";
import type { ActivationSource, RowBytes } from "./source.ts";

/** A source of one number a row: 0, 1, 2, …; `read` lists the chunks that were read. */
function countingSource(chunkSizes: number[]): ActivationSource & { read: number[] } {
  const firsts = chunkSizes.map((_, i) => chunkSizes.slice(0, i).reduce((a, b) => a + b, 0));
  const read: number[] = [];
  return {
    read,
    d_in: 1,
    d_out: null,
    dtype: "float32",
    heldOut: () => Promise.reject(new Error("not asked for")),
    rows: chunkSizes.reduce((a, b) => a + b, 0),
    chunks: chunkSizes.length,
    chunkRows: (i) => chunkSizes[i],
    chunk: async (i) => {
      read.push(i);
      return {
        x: toBytes(
          Float32Array.from({ length: chunkSizes[i] }, (_, row) => firsts[i] + row),
          "float32",
        ),
        y: null,
      };
    },
  };
}

type Options = Parameters<typeof shuffled>[1];

async function take(source: ActivationSource, options: Options, start: number, count: number) {
  const batches: number[][] = [];
  for await (const { x } of shuffled(source, options, start)) {
    batches.push([...x.data]);
    if (batches.length === count) break;
  }
  return batches;
}

const sizes = [10, 7, 0, 12, 1, 9, 11]; // 50 rows
const options = { seed: 1, batch: 5, buffer_rows: 25 };

test("every row comes once an epoch, in another order each time", async () => {
  const batches = await take(countingSource(sizes), options, 0, 20);
  const first = batches.slice(0, 10).flat();
  const second = batches.slice(10).flat();
  for (const epoch of [first, second])
    expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(second).not.toEqual(first);
});

test("a transcoder's x and y stay together", async () => {
  const source = countingSource(sizes);
  const squares: ActivationSource = {
    ...source,
    d_out: 2,
    chunk: async (i) => {
      const { x } = await source.chunk(i);
      const y = [...fromBytes(x, "float32")].flatMap((value) => [-value, value * value]);
      return { x, y: toBytes(Float32Array.from(y), "float32") };
    },
  };
  let seen = 0;
  for await (const { x, y } of shuffled(squares, { ...options, batch: 7 }, 0)) {
    expect(y?.shape).toEqual([7, 2]);
    expect([...(y?.data ?? [])]).toEqual([...x.data].flatMap((value) => [-value, value * value]));
    if (++seen === 20) break;
  }
});

describe("going on at batch", () => {
  test.each([1, 3, 9, 10, 11, 25, 31])("%d gives what an unbroken run gives", async (start) => {
    const odd = { ...options, batch: 7 }; // batches that straddle buffers and epochs
    const whole = await take(countingSource(sizes), odd, 0, start + 12);
    expect(await take(countingSource(sizes), odd, start, 12)).toEqual(whole.slice(start));
  });

  test("reads nothing of the buffers before it", async () => {
    const source = countingSource(Array.from({ length: 10 }, () => 10));
    await take(source, { ...options, buffer_rows: 20 }, 17, 1); // row 85 of 100: the last of five buffers
    expect(source.read.slice(0, 2)).toEqual([8, 9]);
  });

  test("works for batches larger than an epoch", async () => {
    const large = { ...options, batch: 120 };
    const whole = await take(countingSource(sizes), large, 0, 3);
    expect(await take(countingSource(sizes), large, 2, 1)).toEqual([whole[2]]);
  });
});

test("the first epoch takes chunks in their own order, so that they can be made meanwhile; later ones do not", async () => {
  const source = countingSource(sizes);
  await take(source, options, 0, 21);
  const epochs = [source.read.slice(0, 7), source.read.slice(7, 14)];
  expect(epochs[0]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(epochs[1]).not.toEqual(epochs[0]);
  expect(epochs[1]?.toSorted()).toEqual(epochs[0]);
});

describe("while one buffer is used", () => {
  const tens = Array.from({ length: 10 }, () => 10);

  test("the next is read, and no more", async () => {
    const source = countingSource(tens);
    const batches = shuffled(source, { seed: 1, batch: 5, buffer_rows: 20 }, 0);
    await batches.next();
    await setTimeout(5);
    expect(source.read).toEqual([0, 1, 2, 3]);
    for (let i = 0; i < 4; i++) await batches.next();
    await setTimeout(5);
    expect(source.read).toEqual([0, 1, 2, 3, 4, 5]);
    await batches.return(undefined);
  });

  test("other work goes on between batches, though they are at hand", async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 0);
    const batches = shuffled(countingSource(tens), { seed: 1, batch: 1, buffer_rows: 100 }, 0);
    for (let i = 0; i < 50; i++) {
      await batches.next();
      const until = performance.now() + 2; // as a training step, which does not let go
      while (performance.now() < until);
    }
    await batches.return(undefined);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(20);
  });

  test("a chunk that is not there yet is waited for no longer than batches are wanted", async () => {
    const source = countingSource(tens);
    const late: ActivationSource = {
      ...source,
      chunk: (i, signal) =>
        i < 2
          ? source.chunk(i)
          : new Promise<RowBytes>((_, reject) => {
              signal?.addEventListener("abort", () => reject(signal.reason));
            }),
    };
    const batches = shuffled(late, { seed: 1, batch: 5, buffer_rows: 20 }, 0);
    await batches.next();
    await batches.return(undefined);
  });

  test("what the next cannot be read for is thrown when it is its turn", async () => {
    const source = countingSource(tens);
    const broken: ActivationSource = {
      ...source,
      chunk: async (i) => {
        if (i === 3) throw new Error("shard 3 is damaged");
        return source.chunk(i);
      },
    };
    const batches = shuffled(broken, { seed: 1, batch: 5, buffer_rows: 20 }, 0);
    for (let i = 0; i < 4; i++) expect((await batches.next()).done).toBe(false);
    await expect(batches.next()).rejects.toThrow("shard 3 is damaged");
  });
});

test("another seed gives another order, the same seed the same", async () => {
  const order = (seed: number) => take(countingSource(sizes), { ...options, seed }, 0, 10);
  expect(await order(1)).toEqual(await order(1));
  expect(await order(2)).not.toEqual(await order(1));
});

test("the rows of a chunk are spread over the whole buffer", async () => {
  const source = countingSource(Array.from({ length: 10 }, () => 100));
  const [rows] = await take(source, { seed: 3, batch: 1000, buffer_rows: 1000 }, 0, 1);
  for (let chunk = 0; chunk < 10; chunk++) {
    const tenths = new Set<number>();
    rows.forEach((row, at) => {
      if (Math.floor(row / 100) === chunk) tenths.add(Math.floor(at / 100));
    });
    expect(tenths.size).toBe(10);
  }
});

test("a buffer holds whole chunks, as many as fit", async () => {
  const source = countingSource([10, 10, 10, 10, 10]);
  const [rows] = await take(source, { seed: 1, batch: 20, buffer_rows: 29 }, 0, 1);
  expect(new Set(rows.map((row) => Math.floor(row / 10)))).toEqual(new Set([0, 1]));
});

test("a chunk larger than the buffer is taken alone", async () => {
  const batches = await take(
    countingSource([10, 10]),
    { seed: 1, batch: 10, buffer_rows: 3 },
    0,
    2,
  );
  for (const batch of batches)
    expect(new Set(batch.map((row) => Math.floor(row / 10))).size).toBe(1);
});

test("no rows at all are refused", async () => {
  await expect(take(countingSource([0]), options, 0, 1)).rejects.toThrow("no activations");
});
