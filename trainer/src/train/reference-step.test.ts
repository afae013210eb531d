import { expect, test } from "vitest";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { weight, weightNames, zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import { normalizeRows, referenceStep } from "./reference-step.ts";
import type { StepState } from "./training-step.ts";

const config: SaeConfig = { architecture: "topk", d_in: 5, d_sae: 12, k: 3 };
const x = randomTensor(new Random(0, "x"), 1, 40, 5);
const adam = { ...saeConfig.parse({}), adam_beta1: 0.9, adam_beta2: 0.999, clip_grad_norm: 0 };
const options = {
  lr: 0.01,
  sparsity_coefficient: 0.5,
  auxk_coefficient: 0,
  dead: new Uint8Array(12),
};

function start(): StepState {
  const weights = randomSae(new Random(0, "sae"), config);
  normalizeRows(weights.W_dec);
  return { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
}

const norm = (numbers: number[]) => Math.hypot(...numbers);

test("Adam's first step moves each weight by lr, against its gradient", () => {
  const [state, before] = [start(), start().weights];
  referenceStep(config, state, x, null, adam, options);
  // m̂ / √v̂ is the gradient's sign at first; W_dec is brought back to norm 1 besides
  for (const name of ["W_enc", "b_enc", "b_dec"] as const)
    for (const [i, mean] of state.mean[name].data.entries()) {
      if (Math.abs(mean) < 1e-5) continue; // not far above Adam's ε, or no gradient at all
      const moved = state.weights[name].data[i] - before[name].data[i];
      expect(moved).toBeCloseTo(-Math.sign(mean) * 0.01, 4);
    }
});

test("what would lengthen a row of W_dec is taken out of its gradient", () => {
  const [state, { W_dec }] = [start(), start().weights];
  referenceStep(config, state, x, null, adam, options);
  const along = (f: number) =>
    W_dec.data
      .subarray(5 * f, 5 * f + 5)
      .reduce((sum, w, j) => sum + w * state.mean.W_dec.data[5 * f + j], 0);
  expect(norm([...state.mean.W_dec.data])).toBeGreaterThan(0.01);
  for (let f = 0; f < 12; f++) expect(along(f)).toBeCloseTo(0, 6);
  for (let f = 0; f < 12; f++)
    expect(norm([...state.weights.W_dec.data.subarray(5 * f, 5 * f + 5)])).toBeCloseTo(1, 6);
});

test("a gradient longer than clip_grad_norm is shortened to it, a shorter one left", () => {
  const gradientNorm = (clip_grad_norm: number) => {
    const state = start();
    const { grad_norm } = referenceStep(
      config,
      state,
      x,
      null,
      { ...adam, clip_grad_norm },
      options,
    );
    const mean = weightNames(config).flatMap((name) => [...weight(state.mean, name).data]);
    return { grad_norm, used: norm(mean) / 0.1 };
  };
  const { grad_norm, used } = gradientNorm(0);
  expect(used).toBeCloseTo(grad_norm, 5);
  expect(gradientNorm(grad_norm / 3).used).toBeCloseTo(grad_norm / 3, 5);
  expect(gradientNorm(grad_norm / 3).grad_norm).toBe(grad_norm);
  expect(gradientNorm(grad_norm * 3).used).toBeCloseTo(grad_norm, 5);
});
