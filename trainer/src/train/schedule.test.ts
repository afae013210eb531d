import { expect, test } from "vitest";
import { l1Coefficient, learningRate, trainingSteps } from "./schedule.ts";

const config = {
  train_tokens: 1000,
  train_batch_tokens: 10,
  lr: 1,
  lr_warmup_steps: 10,
  lr_decay_fraction: 0.2,
};

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

test("the L1 penalty rises over its warm-up and stays", () => {
  const l1 = { l1_coefficient: 4, l1_warmup_steps: 8 };
  expect([1, 4, 8, 99].map((step) => l1Coefficient(step, l1))).toEqual([0.5, 2, 4, 4]);
  expect(l1Coefficient(1, { ...l1, l1_warmup_steps: 0 })).toBe(4);
});
