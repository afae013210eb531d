import { expect, test } from "vitest";
import { learningRate, sparsityShare, trainingSteps } from "./schedule.ts";

const config = {
  train_tokens: 1000,
  train_batch_tokens: 10,
  lr: 1,
  lr_warmup_steps: 10,
  lr_decay_fraction: 0.2,
  lr_decay: "linear",
} as const;

test("a last step that is not full is a step", () => {
  expect(trainingSteps(config)).toBe(100);
  expect(trainingSteps({ ...config, train_tokens: 1001 })).toBe(101);
});

test("the learning rate rises, stays, and falls to nearly 0 over the last fifth", () => {
  expect([1, 5, 10, 50, 81].map((step) => learningRate(step, config))).toEqual([0.1, 0.5, 1, 1, 1]);
  expect(learningRate(91, config)).toBe(0.5);
  expect(learningRate(100, config)).toBe(0.05);
});

test("without warm-up and decay it is constant", () => {
  const flat = { ...config, lr_warmup_steps: 0, lr_decay_fraction: 0 };
  expect([1, 100].map((step) => learningRate(step, flat))).toEqual([1, 1]);
});

test("a cosine falls slowly, then fast, then slowly, through the same middle", () => {
  const cosine = { ...config, lr_decay: "cosine" } as const;
  expect(learningRate(80, cosine)).toBe(1);
  expect(learningRate(91, cosine)).toBeCloseTo(0.5, 12);
  expect(learningRate(86, cosine)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12); // at a quarter
  expect(learningRate(100, cosine)).toBeLessThan(0.01);
});

test("the sparsity penalty rises over its warm-up and stays", () => {
  const warmup = { sparsity_warmup_steps: 8 };
  expect([1, 4, 8, 99].map((step) => sparsityShare(step, warmup))).toEqual([1 / 8, 0.5, 1, 1]);
  expect(sparsityShare(1, { sparsity_warmup_steps: 0 })).toBe(1);
});
