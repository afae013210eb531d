import { expect, test } from "vitest";
import { toSparse } from "../../sae/sparse-acts.ts";
import { toColumns, variancesOf } from "./columns.ts";
import type { Connected } from "./connector.ts";
import { shareExplained } from "./predict.ts";
import { summarise } from "./summary.ts";

const columnsOf = (...values: number[]) =>
  toColumns(toSparse({ shape: [values.length, 1], data: Float32Array.from(values) }), 1);
const share = (f: number[], a: number[], weight: number, rectified = false) =>
  shareExplained(
    { sources: [0], weights: [weight], bias: 0, rectified },
    columnsOf(...a),
    columnsOf(...f),
    0,
    new Float64Array(f.length),
  );

test("the share explained by hand: of variance 2 an error of 1 leaves a half", () => {
  expect(variancesOf(columnsOf(0, 2))[0]).toBeCloseTo(2);
  expect(share([0, 2], [0, 1], 1)).toBe(0.5);
  expect(share([0, 2], [0, 1], 2)).toBe(1);
});

test("an error where the feature is silent counts, unless ReLU takes it away", () => {
  expect(share([0, 2], [1, 0], -1)).toBe(1 - (1 + 4) / 2);
  expect(share([0, 2], [1, 0], -1, true)).toBe(1 - 4 / 2);
});

test("what does not vary has no share", () => {
  expect(share([3, 3], [1, 0], 1)).toBeNull();
});

const row = (explained: number | null, relu: number | null, weights: number[]): Connected => ({
  feature: 0,
  variance_explained: explained,
  variance_explained_relu: relu,
  bias: 0,
  relu_bias: 0,
  sources: weights.map((_, i) => i),
  weights,
  relu_weights: weights,
});

test("features are counted, and all together weigh by their variance", () => {
  const rows = [row(0.85, 0.95, [1, 0]), row(0.25, 0.25, [1, 1]), row(null, null, [])];
  const { linear, relu_adds } = summarise(rows, Float64Array.of(3, 1, 0));
  expect(linear).toMatchObject({
    features: 2,
    mean: 0.55,
    above: [
      { threshold: 0.5, share: 0.5 },
      { threshold: 0.8, share: 0.5 },
      { threshold: 0.9, share: 0 },
    ],
    l0: { mean: 1.5, counts: [0, 1, 1] },
  });
  expect(linear?.together).toBeCloseTo((3 * 0.85 + 0.25) / 4);
  expect(linear?.histogram.counts[17]).toBe(1);
  expect(relu_adds?.mean).toBeCloseTo(0.05);
  expect(relu_adds?.above_0_05).toBe(0.5);
});
