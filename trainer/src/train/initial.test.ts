import { expect, test } from "vitest";
import { BundleError } from "../bundle/index.ts";
import type { SaeConfig } from "../sae/config.ts";
import { randomTensor } from "../sae/random-sae.ts";
import { encode } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { initialWeights, meanNormScale } from "./initial.ts";

const options = {
  seed: 0,
  b_dec_init: "mean",
  initial_l0: 20,
  jumprelu_init_threshold: 0.1,
  threads: 1,
} as const;
const x = randomTensor(new Random(0, "x"), 3, 500, 16);
const scaled = (by: number): Tensor => ({ shape: x.shape, data: x.data.map((v) => v * by) });

test("the scale brings the mean norm to √d_in", () => {
  const rows = { shape: [2, 4], data: Float32Array.of(3, 0, 0, 0, 0, 1, 0, 0) };
  expect(meanNormScale(rows)).toBe(1); // norms 3 and 1, √4 = 2
  expect(meanNormScale(scaled(10))).toBeCloseTo(meanNormScale(x) / 10, 6);
});

test("activations that are all 0 or not finite cannot be scaled", () => {
  expect(() => meanNormScale(scaled(0))).toThrow(BundleError);
  expect(() => meanNormScale(scaled(Number.NaN))).toThrow("mean norm of NaN");
});

const both: SaeConfig[] = [
  { architecture: "standard", d_in: 16, d_sae: 200, k: null },
  { architecture: "topk", d_in: 16, d_sae: 200, k: 5 },
];

test("starts with W_enc the transpose of W_dec, rows of norm 1, b_dec at the mean", async () => {
  const { W_enc, W_dec, b_dec } = await initialWeights(both[1], { x, y: null }, options);
  for (let f = 0; f < 200; f++) {
    const row = W_dec.data.subarray(f * 16, (f + 1) * 16);
    expect(Math.hypot(...row)).toBeCloseTo(1, 6);
    expect([...row]).toEqual(Array.from(row, (_, j) => W_enc.data[j * 200 + f]));
  }
  for (let j = 0; j < 16; j++) {
    const column = x.data.filter((_, at) => at % 16 === j);
    expect(b_dec.data[j]).toBeCloseTo(column.reduce((sum, v) => sum + v, 0) / 500, 5);
  }
});

test("standard starts with about initial_l0 features per token, topk with b_enc at 0", async () => {
  const standard = await initialWeights(both[0], { x, y: null }, options);
  const acts = encode({ config: both[0], ...standard }, x);
  const active = acts.data.reduce((sum, act) => sum + (act > 0 ? 1 : 0), 0);
  // each feature fires on the 49 of 500 rows above its 50th, and by rounding perhaps on that
  expect(active / 500).toBeGreaterThanOrEqual((200 * 49) / 500);
  expect(active / 500).toBeLessThanOrEqual(20);
  const topk = await initialWeights(both[1], { x, y: null }, options);
  expect(topk.b_enc.data.every((b) => b === 0)).toBe(true);
});

test.each(["jumprelu", "gated"] as const)(
  "%s starts with about initial_l0 too",
  async (architecture) => {
    const config = { ...both[0], architecture };
    const weights = await initialWeights(config, { x, y: null }, options);
    const acts = encode({ config, ...weights }, x);
    const active = acts.data.reduce((sum, act) => sum + (act > 0 ? 1 : 0), 0);
    expect(active / 500).toBeGreaterThan(19);
    expect(active / 500).toBeLessThan(21);
  },
);

test("a transcoder's decoder has the width of its target, and its encoder directions of its own", async () => {
  const config: SaeConfig = { ...both[1], transcoder: { d_out: 24, skip: true } };
  const y = randomTensor(new Random(0, "y"), 2, 500, 24);
  const weights = await initialWeights(config, { x, y }, { ...options, b_dec_init: "zeros" });
  expect(weights.W_enc.shape).toEqual([16, 200]);
  expect(weights.W_dec.shape).toEqual([200, 24]);
  expect(weights.W_skip?.data.every((w) => w === 0)).toBe(true);
  expect(Math.hypot(...weights.W_dec.data.subarray(0, 24))).toBeCloseTo(1, 6);
});

test("another seed is another start, the same seed the same", async () => {
  const [one, again, other] = await Promise.all(
    [0, 0, 1].map((seed) => initialWeights(both[1], { x, y: null }, { ...options, seed })),
  );
  expect(again).toEqual(one);
  expect(other.W_dec).not.toEqual(one.W_dec);
});
