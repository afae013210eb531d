import { describe, expect, test } from "vitest";
import { leftText, progressOf, rateOf, stateText } from "./describe.ts";

const heard_at = "2026-11-25T08:00:00.000Z";
const latest = {
  step: 10,
  tokens: 250_000,
  loss: 1,
  mse_loss: 1,
  sparsity_loss: 0,
  auxk_loss: 0,
  orthogonality_loss: null,
  l0: 32,
  dead_fraction: 0,
  fvu: null,
  lr: 0.003,
  grad_norm: 1,
  tokens_per_second: 5000,
};
const training = {
  state: "running" as const,
  stage: "train topk",
  done: 0,
  total: 0,
  latest,
  train_tokens: 1_000_000,
};

test.each([
  ["running", "train topk", "training"],
  ["running", "harvest", "harvest"],
  ["running", "", "starting"],
  ["finished", "dashboard", "finished"],
  ["stopped", "train topk", "stopped"],
  ["silent", "train topk", "silent since 25 Nov 2026, 08:00 UTC"],
] as const)("%s in %s is told as it is", (state, stage, text) => {
  expect(stateText({ state, stage, heard_at })).toBe(text);
});

describe("progress", () => {
  test("is in tokens while it trains, and what is left follows from the rate", () => {
    expect(progressOf(training)).toEqual({
      share: 0.25,
      text: "250 k of 1 M tokens",
      seconds_left: 150,
    });
    expect(leftText(training)).toBe("2 min 30 s");
  });

  test("is the stage's before it trains", () => {
    const harvest = { ...training, stage: "harvest", done: 1, total: 4, latest: null };
    expect(progressOf(harvest)).toEqual({ share: 0.25, text: "harvest", seconds_left: null });
  });

  test("of a finished run is all of it, though its last steps were not logged", () => {
    expect(progressOf({ ...training, state: "finished" })).toEqual({
      share: 1,
      text: "1 M tokens",
      seconds_left: null,
    });
  });

  test("is the stage's after it has trained, and the rate of training is past", () => {
    const evaluate = { ...training, stage: "evaluate", done: 3, total: 4 };
    expect(progressOf(evaluate)).toMatchObject({ share: 0.75, text: "evaluate" });
    expect(rateOf(evaluate)).toBeNaN();
    expect(rateOf(training)).toBe(5000);
  });

  test("of a run that stands still has nothing to tell the rest by", () => {
    expect(leftText({ ...training, state: "stopped" })).toBe("–");
    expect(leftText({ ...training, latest: { ...latest, tokens_per_second: null } })).toBe("–");
    expect(leftText({ ...training, latest: { ...latest, tokens: 1_000_000 } })).toBe("–");
  });
});
