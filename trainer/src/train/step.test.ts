import { describe, expect, test } from "vitest";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { weight, weightNames, zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normalizeRows, referenceReconstruct, referenceStep } from "./reference-step.ts";
import { createTrainingStep } from "./step.ts";
import type { StepOptions, StepState } from "./training-step.ts";

type Case = {
  name: string;
  config: SaeConfig;
  clip_grad_norm?: number;
  options: Partial<StepOptions>;
  rows?: number;
};

const cases: Case[] = [
  {
    name: "standard",
    config: { architecture: "standard", d_in: 32, d_sae: 64, k: null },
    options: { sparsity_coefficient: 0.5 },
  },
  {
    name: "standard, clipped, odd sizes",
    config: { architecture: "standard", d_in: 13, d_sae: 45, k: null },
    clip_grad_norm: 0.5,
    options: { sparsity_coefficient: 0.5 },
  },
  {
    name: "topk",
    config: { architecture: "topk", d_in: 32, d_sae: 64, k: 8 },
    options: {},
  },
  {
    name: "topk with dead features, odd sizes",
    config: { architecture: "topk", d_in: 21, d_sae: 147, k: 5 },
    options: { auxk_coefficient: 0.3 },
  },
  {
    name: "topk with dead features, clipped",
    config: { architecture: "topk", d_in: 16, d_sae: 300, k: 6 },
    clip_grad_norm: 1,
    options: { auxk_coefficient: 0.3 },
  },
];

function initialState(config: SaeConfig): StepState {
  const weights = randomSae(new Random(1, "sae"), config);
  normalizeRows(weights.W_dec);
  return { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
}

async function run({ config, clip_grad_norm = 0, options, rows = 50 }: Case, threads: number) {
  const settings = { ...saeConfig.parse({}), adam_beta1: 0.9, adam_beta2: 0.99, clip_grad_norm };
  const given: StepOptions = {
    lr: 1e-3,
    sparsity_coefficient: 0,
    auxk_coefficient: 0,
    dead: Uint8Array.from({ length: config.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0)),
    ...options,
  };
  const { auxk_coefficient } = given;
  const expectedState = initialState(config);
  const fast = await createTrainingStep(config, initialState(config), {
    ...settings,
    threads,
    batch: rows,
    auxk_coefficient,
  });
  const random = new Random(2, "x");
  const results = [];
  for (let step = 0; step < 4; step++) {
    const x = randomTensor(random, 1, rows, config.d_in);
    const expected = referenceStep(config, expectedState, x, null, settings, given);
    results.push({ expected, found: fast.step(x, null, given) });
  }
  const state = fast.state();
  await fast.dispose();
  return { results, state, expectedState };
}

const parts = ["loss", "mse_loss", "sparsity_loss", "auxk_loss", "l0", "grad_norm"] as const;

/** The largest difference, in terms of the largest number. */
function difference(found: Tensor, expected: Tensor): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.data.length; i++) {
    worst = Math.max(worst, Math.abs(found.data[i] - expected.data[i]));
    largest = Math.max(largest, Math.abs(expected.data[i]));
  }
  return worst / largest;
}

// Measured: numbers of a step differ by at most 1.1e-7 of themselves, weights and moments by 1.6e-6 of
// the largest. (An activation within rounding of 0 could fall on either side; with these seeds none does.)
describe.each(cases)("four steps of $name", (given) => {
  test("agree with the reference", async () => {
    const { results, state, expectedState } = await run(given, 2);
    for (const { found, expected } of results) {
      expect(found.fired).toEqual(expected.fired);
      for (const part of parts)
        expect(Math.abs(found[part] - expected[part])).toBeLessThanOrEqual(1e-6 * expected[part]);
    }
    for (const name of weightNames(given.config))
      for (const of of ["weights", "mean", "square"] as const)
        expect(difference(weight(state[of], name), weight(expectedState[of], name))).toBeLessThan(
          5e-6,
        );
  });

  test("give the same bytes on 1, 2 and 3 threads", async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map((threads) => run(given, threads)));
    expect(two.state).toEqual(one.state);
    expect(three.state).toEqual(one.state);
    expect(three.results.map((r) => r.found)).toEqual(one.results.map((r) => r.found));
  });
});

test("a batch too dense for the kernel's room is worked on in slices, and comes out the same", async () => {
  // all 4096 features of 1025 rows are active: 65 rows a part make more than the 2¹⁸ entries it has room for
  const config: SaeConfig = { architecture: "standard", d_in: 2, d_sae: 4096, k: null };
  const state = () => {
    const initial = initialState(config);
    initial.weights.b_enc.data.fill(30);
    return initial;
  };
  const settings = { ...saeConfig.parse({}), adam_beta1: 0.9, adam_beta2: 0.99, clip_grad_norm: 0 };
  const options = {
    lr: 1e-3,
    sparsity_coefficient: 0.1,
    auxk_coefficient: 0,
    dead: new Uint8Array(4096),
  };
  const x = randomTensor(new Random(2, "x"), 1, 1025, 2);
  const expectedState = state();
  const expected = referenceStep(config, expectedState, x, null, settings, options);
  const fast = await createTrainingStep(config, state(), {
    ...settings,
    threads: 2,
    batch: 1025,
    auxk_coefficient: 0,
  });
  const found = fast.step(x, null, options);
  expect(found.l0).toBe(4096);
  expect(found.fired).toEqual(expected.fired);
  expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(1e-5);
  expect(Math.abs(found.grad_norm / expected.grad_norm - 1)).toBeLessThan(1e-5);
  // measured: 1e-4 of the largest, sums of 1025 rows and of 4096 large features in float32
  for (const name of weightNames(config))
    expect(
      difference(weight(fast.state().mean, name), weight(expectedState.mean, name)),
    ).toBeLessThan(5e-4);
  await fast.dispose();
});

test.each(cases)(
  "$name reconstructs as the reference, and its state can be put in",
  async ({ config }) => {
    const settings = {
      ...saeConfig.parse({}),
      adam_beta1: 0.9,
      adam_beta2: 0.99,
      clip_grad_norm: 0,
    };
    const options = { ...settings, threads: 2, batch: 50, auxk_coefficient: 0 };
    const x = randomTensor(new Random(2, "x"), 1, 50, config.d_in);
    const wanted = initialState(config);
    const other = { ...wanted, step: 7, weights: randomSae(new Random(9, "other"), config) };
    const fast = await createTrainingStep(config, other, options);
    fast.load(wanted);
    const expected = referenceReconstruct(config, wanted, x);
    const found = fast.reconstruct(x);
    expect(found.l0).toBe(expected.l0);
    expect(difference(found.x_hat, expected.x_hat)).toBeLessThan(1e-6);
    expect(fast.state().step).toBe(wanted.step);
    await fast.dispose();
  },
);
