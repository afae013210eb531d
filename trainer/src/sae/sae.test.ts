import { expect, test } from "vitest";
import type { Tensor } from "../tensor/tensor.ts";
import { decode, encode, type Sae } from "./sae.ts";

const tensor = (shape: number[], ...numbers: number[]): Tensor => ({
  shape,
  data: Float32Array.from(numbers),
});

/** pre = x − b_dec + b_enc = x + (−1, 0): the encoder and decoder are the identity */
const identity: Sae = {
  config: { architecture: "standard", d_in: 2, d_sae: 2, k: null },
  W_enc: tensor([2, 2], 1, 0, 0, 1),
  b_enc: tensor([2], 0, -1),
  W_dec: tensor([2, 2], 1, 0, 0, 1),
  b_dec: tensor([2], 1, -1),
};
const x = tensor([2, 2], 3, 5, -4, 2);

test("encodes around b_dec: relu((x − b_dec) · W_enc + b_enc)", () => {
  expect([...encode(identity, x).data]).toEqual([2, 5, 0, 2]);
});

test("topk keeps the largest of a row alone", () => {
  const topk: Sae = { ...identity, config: { ...identity.config, architecture: "topk", k: 1 } };
  expect([...encode(topk, x).data]).toEqual([0, 5, 0, 2]);
});

test("decodes to acts · W_dec + b_dec, and zeros to b_dec", () => {
  expect([...decode(identity, tensor([2, 2], 2, 5, 0, 0)).data]).toEqual([3, 4, 1, -1]);
});

test("rows of W_dec are the features' directions", () => {
  const skewed = { ...identity, W_dec: tensor([2, 2], 1, 2, 3, 4) };
  expect([...decode(skewed, tensor([1, 2], 0, 1)).data]).toEqual([4, 3]);
});
