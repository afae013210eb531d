import { expect, test } from "vitest";
import type { Tensor } from "../tensor/tensor.ts";
import { activate, keepLargest } from "./activate.ts";
import type { SaeConfig } from "./config.ts";
import type { Sae } from "./sae.ts";
import { toDense, toSparse } from "./sparse-acts.ts";
import { zeroWeights } from "./weights.ts";

const pre = { shape: [2, 4], data: Float32Array.of(3, -1, 2, 5, -1, -2, 0, 4) };
const row = (...numbers: number[]): Tensor => ({ shape: [4], data: Float32Array.from(numbers) });

function activated(config: Pick<SaeConfig, "architecture" | "k">, weights: Partial<Sae> = {}) {
  const whole = { d_in: 1, d_sae: 4, ...config };
  return [...activate({ config: whole, ...zeroWeights(whole), ...weights }, pre).data];
}

test("standard keeps what is positive", () => {
  const acts = activated({ architecture: "standard", k: null });
  expect(acts).toEqual([3, 0, 2, 5, 0, 0, 0, 4]);
});

test("topk keeps the k largest of each row, and of those the positive ones", () => {
  expect(activated({ architecture: "topk", k: 2 })).toEqual([3, 0, 0, 5, 0, 0, 0, 4]);
});

test("batchtopk keeps the n · k largest of n rows together", () => {
  expect(activated({ architecture: "batchtopk", k: 1 })).toEqual([0, 0, 0, 5, 0, 0, 0, 4]);
  expect(activated({ architecture: "matryoshka_batchtopk", k: 2 })).toEqual([
    3, 0, 2, 5, 0, 0, 0, 4,
  ]);
});

test("jumprelu keeps, as it is, what is above its feature's threshold", () => {
  const threshold = row(3, 1, 1, 4.5);
  const acts = activated({ architecture: "jumprelu", k: null }, { threshold });
  expect(acts).toEqual([0, 0, 2, 5, 0, 0, 0, 0]);
});

test("gated gives relu(exp(r) (pre − b_enc) + b_mag) where pre is positive", () => {
  const weights = {
    b_enc: row(1, 1, 1, 1),
    r_mag: row(Math.log(2), 0, 0, 0),
    b_mag: row(0, 9, -4, 1),
  };
  const acts = activated({ architecture: "gated", k: null }, weights);
  expect(acts[0]).toBeCloseTo(2 * (3 - 1), 5);
  expect(acts.slice(1)).toEqual([0, 0, 5, 0, 0, 0, 4]); // the third: 2 − 1 − 4 < 0
});

test("of equal pre-activations the lowest index stays", () => {
  const equal = Float32Array.of(1, 2, 1, 2, 1);
  keepLargest(equal, 3);
  expect([...equal]).toEqual([1, 2, 0, 2, 0]);
});

test("sparse activations keep every nonzero and nothing else", () => {
  const acts = { shape: [3, 3], data: Float32Array.of(0, 2, 1, 0, 0, 0, 4, 0, 0) };
  const sparse = toSparse(acts);
  expect([...sparse.offsets]).toEqual([0, 2, 2, 3]);
  expect([...sparse.features]).toEqual([1, 2, 0]);
  expect([...sparse.values]).toEqual([2, 1, 4]);
  expect(toDense(sparse, 3)).toEqual(acts);
});
