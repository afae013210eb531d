import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";
import { Largest } from "./largest.ts";
import { layOut } from "./layout.ts";
import { logitEffects } from "./logits.ts";
import { nearestRows } from "./nearest.ts";
import { productBlocks } from "./products.ts";

function normal(n: number, width: number, purpose: string): Tensor {
  const random = new Random(0, purpose);
  return {
    shape: [n, width],
    data: Float32Array.from({ length: n * width }, () => random.normal()),
  };
}

const row = ({ shape: [, width], data }: Tensor, i: number) =>
  data.subarray(i * width, (i + 1) * width);
const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);
const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const quiet = () => {};

describe("the largest of a row", () => {
  const numbers = Float32Array.of(3, 9, 4, 9, -2, 4);

  test("come first, of equal ones the first", () => {
    expect(new Largest(4).find(numbers)).toEqual({ places: [1, 3, 2, 5], values: [9, 9, 4, 4] });
  });

  test("may leave one out, may be the smallest, and may be all there are", () => {
    expect(new Largest(2).find(numbers, { skip: 1 }).places).toEqual([3, 2]);
    expect(new Largest(2).find(numbers, { sign: -1 })).toEqual({ places: [4, 0], values: [-2, 3] });
    expect(new Largest(9).find(numbers).places).toEqual([1, 3, 2, 5, 0, 4]);
  });
});

test("a product in blocks is that of each row with each", async () => {
  // 1,100 rows of 4,096 numbers are more than a block holds
  const A = normal(1100, 3, "A");
  const B = rows(normal(4100, 3, "B"), 4, 4100); // which do not begin where their memory does
  let seen = 0;
  for await (const { first, block } of productBlocks(A, B, 1)) {
    expect(first).toBe(seen);
    seen += block.shape[0];
    for (const [i, j] of [
      [0, 0],
      [block.shape[0] - 1, 4095],
      [17, 99],
    ]) {
      const exact = dot(row(A, first + i), row(B, j));
      expect(block.data[i * 4096 + j]).toBeCloseTo(exact, 5);
    }
  }
  expect(seen).toBe(1100);
});

test("logit effects are the rows of W_dec · W_U", async () => {
  const W_dec = normal(6, 4, "W_dec");
  const W_UT = normal(50, 4, "W_U");
  const effects = await logitEffects(
    W_dec,
    W_UT,
    { top_logits: 3, histogram_bins: 7, threads: 1 },
    quiet,
  );
  for (const [f, effect] of effects.entries()) {
    const logits = Array.from({ length: 50 }, (_, token) => dot(row(W_dec, f), row(W_UT, token)));
    const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a]);
    expect(effect.top_logit_tokens).toEqual(order.slice(0, 3));
    expect(effect.bottom_logit_tokens).toEqual(order.slice(-3).reverse());
    expect(effect.logit_max).toBeCloseTo(logits[order[0]], 5);
    expect(effect.logit_min).toBeCloseTo(logits[order[49]], 5);
    expect(effect.logit_histogram.reduce((a, b) => a + b)).toBe(50);
    const width = (effect.logit_max - effect.logit_min) / 7;
    const inFirst = logits.filter((logit) => logit < effect.logit_min + width).length;
    expect(effect.logit_histogram[0]).toBe(inFirst);
  }
});

describe("nearest rows", () => {
  const W = normal(40, 8, "W");

  test("have the largest cosines, and never the row itself", async () => {
    const found = await nearestRows(W, W, { k: 5, threads: 1, self: (f) => f }, quiet);
    for (const [f, { rows, cosines }] of found.entries()) {
      const others = [...Array(40).keys()].filter((other) => other !== f);
      others.sort((a, b) => cosine(row(W, f), row(W, b)) - cosine(row(W, f), row(W, a)));
      expect(rows).toEqual(others.slice(0, 5));
      expect(cosines[0]).toBeCloseTo(cosine(row(W, f), row(W, rows[0])), 5);
    }
  });

  test("are found in a second block as in the first", async () => {
    const large = normal(2500, 4, "large");
    const found = await nearestRows(large, large, { k: 1, threads: 1, self: (f) => f }, quiet);
    for (const f of [0, 1700, 2499]) {
      const cosines = Array.from({ length: 2500 }, (_, other) =>
        other === f ? -2 : cosine(row(large, f), row(large, other)),
      );
      expect(found[f].rows).toEqual([cosines.indexOf(Math.max(...cosines))]);
    }
  });

  test("do not depend on the rows' lengths, nor on the number of threads", async () => {
    const longer = { shape: W.shape, data: W.data.map((value, at) => value * (1 + (at >> 3))) };
    const options = { k: 5, self: (f: number) => f };
    const found = await nearestRows(W, W, { ...options, threads: 1 }, quiet);
    expect(await nearestRows(W, W, { ...options, threads: 2 }, quiet)).toEqual(found);
    const scaled = await nearestRows(longer, longer, { ...options, threads: 1 }, quiet);
    expect(scaled.map(({ rows }) => rows)).toEqual(found.map(({ rows }) => rows));
  });
});

describe("the layout", () => {
  /** rows about three directions, feature f belonging to direction f % 3 */
  const W = normal(90, 8, "noise");
  for (let f = 0; f < 90; f++) row(W, f)[f % 3] += 12;

  function separation({ data }: Tensor): number {
    const distance = (a: number, b: number) =>
      Math.hypot(data[2 * a] - data[2 * b], data[2 * a + 1] - data[2 * b + 1]);
    let within = 0;
    let between = 0;
    for (let a = 0; a < 90; a++)
      for (let b = 0; b < a; b++)
        if (a % 3 === b % 3) within += distance(a, b) / (3 * 435);
        else between += distance(a, b) / (3 * 900);
    return between / within;
  }

  test("puts rows of like direction together", async () => {
    expect(separation(await layOut(W, { seed: 0, threads: 1 }))).toBeGreaterThan(2);
  });

  test("places the rows of a larger dictionary among its landmarks", async () => {
    const places = await layOut(W, { seed: 0, threads: 1, max_landmarks: 45 });
    expect(separation(places)).toBeGreaterThan(2);
    expect(places.data.every((value) => Number.isFinite(value))).toBe(true);
  });

  test("is the same for the same seed, whatever the number of threads", async () => {
    const first = await layOut(W, { seed: 1, threads: 1 });
    expect(await layOut(W, { seed: 1, threads: 2 })).toEqual(first);
    expect(await layOut(W, { seed: 2, threads: 1 })).not.toEqual(first);
  });

  test("of next to nothing is a point", async () => {
    expect((await layOut(normal(2, 8, "two"), { seed: 0, threads: 1 })).shape).toEqual([2, 2]);
    expect((await layOut(normal(4, 8, "four"), { seed: 0, threads: 1 })).shape).toEqual([4, 2]);
  });
});
