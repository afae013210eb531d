import { expect, test } from "vitest";
import { toDense, toSparse } from "./sparse-acts.ts";
import { keepLargest, sparsify } from "./sparsify.ts";

const pre = () => ({ shape: [2, 4], data: Float32Array.of(3, -1, 2, 5, -1, -2, 0, -3) });
const sizes = { d_in: 1, d_sae: 4 };

test("standard keeps what is positive", () => {
  const acts = pre();
  sparsify(acts, { ...sizes, architecture: "standard", k: null });
  expect([...acts.data]).toEqual([3, 0, 2, 5, 0, 0, 0, 0]);
});

test("topk keeps the k largest of each row, and of those the positive ones", () => {
  const acts = pre();
  sparsify(acts, { ...sizes, architecture: "topk", k: 2 });
  expect([...acts.data]).toEqual([3, 0, 0, 5, 0, 0, 0, 0]);
});

test("of equal pre-activations the lowest index stays", () => {
  const row = Float32Array.of(1, 2, 1, 2, 1);
  keepLargest(row, 3);
  expect([...row]).toEqual([1, 2, 0, 2, 0]);
});

test("sparse activations keep every nonzero and nothing else", () => {
  const acts = { shape: [3, 3], data: Float32Array.of(0, 2, 1, 0, 0, 0, 4, 0, 0) };
  const sparse = toSparse(acts);
  expect([...sparse.offsets]).toEqual([0, 2, 2, 3]);
  expect([...sparse.features]).toEqual([1, 2, 0]);
  expect([...sparse.values]).toEqual([2, 1, 4]);
  expect(toDense(sparse, 3)).toEqual(acts);
});
