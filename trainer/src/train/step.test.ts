import { describe, expect, test } from "vitest";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { type WeightName, weight, weightNames, zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normalizeRows, referenceReconstruct, referenceStep } from "./reference-step.ts";
import { createTrainingStep } from "./step.ts";
import type { StepOptions, StepSettings, StepState } from "./training-step.ts";

type Case = {
  name: string;
  config: SaeConfig;
  settings?: Partial<StepSettings>;
  options?: Partial<StepOptions>;
  /** what is added to b_enc: so low that few features are active, or 0 and half of them are */
  bias?: number;
};

const small = { d_in: 32, d_sae: 64, k: null };
const odd = { d_in: 21, d_sae: 147, k: null };
const dead = { auxk_coefficient: 0.3 };
const penalized = { sparsity_coefficient: 0.5 };
const widened = { transcoder: { d_out: 37, skip: false } };
const apart = { orthogonality_coefficient: 30 };
const order = new Random(0, "order").shuffle(Int32Array.from({ length: 147 }, (_, f) => f));
const chunked = { chunks: { order, count: 2 } };
const skipping = { transcoder: { d_out: 13, skip: true } };

const cases: Case[] = [
  { name: "standard", config: { architecture: "standard", ...small }, options: penalized },
  {
    name: "standard, clipped",
    config: { architecture: "standard", d_in: 13, d_sae: 45, k: null },
    settings: { clip_grad_norm: 0.5 },
    options: penalized,
  },
  {
    name: "standard, Lp, sparse",
    config: { architecture: "standard", ...odd },
    settings: { lp_norm: 0.5 },
    options: { ...penalized, ...dead },
    bias: -4,
  },
  {
    name: "standard with free norms",
    config: { architecture: "standard", ...odd },
    settings: { decoder_norm: "free", lp_norm: 0.7 },
    options: { ...penalized, ...dead },
  },
  {
    name: "standard with free norms, sparse",
    config: { architecture: "standard", ...odd },
    settings: { decoder_norm: "free" },
    options: penalized,
    bias: -4,
  },
  { name: "gated", config: { architecture: "gated", ...odd }, options: { ...penalized, ...dead } },
  {
    name: "gated, sparse, clipped",
    config: { architecture: "gated", ...odd },
    settings: { clip_grad_norm: 1 },
    options: { ...penalized, ...dead },
    bias: -4,
  },
  {
    name: "gated, sparse",
    config: { architecture: "gated", ...small },
    options: penalized,
    bias: -4,
  },
  {
    name: "jumprelu",
    config: { architecture: "jumprelu", ...odd },
    settings: { jumprelu_bandwidth: 0.4 },
    options: { ...penalized, ...dead },
  },
  {
    name: "jumprelu, sparse, wide steps",
    config: { architecture: "jumprelu", ...odd },
    settings: { jumprelu_bandwidth: 2 },
    options: { ...penalized, ...dead },
    bias: -4,
  },
  {
    name: "jumprelu with tanh and free norms",
    config: { architecture: "jumprelu", ...odd },
    settings: { jumprelu_sparsity: "tanh", decoder_norm: "free", clip_grad_norm: 2 },
    options: penalized,
  },
  {
    name: "jumprelu with tanh and free norms, sparse",
    config: { architecture: "jumprelu", ...odd },
    settings: { jumprelu_sparsity: "tanh", jumprelu_bandwidth: 1, decoder_norm: "free" },
    options: { ...penalized, ...dead },
    bias: -4,
  },
  { name: "topk", config: { architecture: "topk", ...small, k: 8 } },
  {
    name: "topk with dead features",
    config: { architecture: "topk", ...odd, k: 5 },
    options: dead,
  },
  {
    name: "topk with dead features, clipped",
    config: { architecture: "topk", d_in: 16, d_sae: 300, k: 6 },
    settings: { clip_grad_norm: 1 },
    options: dead,
  },
  { name: "batchtopk", config: { architecture: "batchtopk", ...odd, k: 5 }, options: dead },
  { name: "batchtopk of few", config: { architecture: "batchtopk", ...small, k: 40 }, bias: -4 },
  {
    name: "matryoshka",
    config: { architecture: "matryoshka_batchtopk", ...odd, k: 6, group_sizes: [5, 12, 30, 100] },
    options: dead,
  },
  {
    name: "transcoder, topk",
    config: { architecture: "topk", ...odd, k: 5, ...widened },
    options: dead,
  },
  {
    name: "transcoder, jumprelu",
    config: { architecture: "jumprelu", ...odd, ...widened },
    options: penalized,
  },
  {
    name: "transcoder, skipping, standard",
    config: { architecture: "standard", ...odd, ...skipping },
    settings: { clip_grad_norm: 1 },
    options: penalized,
  },
  {
    name: "transcoder, skipping, matryoshka",
    config: {
      architecture: "matryoshka_batchtopk",
      ...odd,
      k: 6,
      group_sizes: [47, 100],
      ...skipping,
    },
    options: dead,
  },
  {
    name: "standard, sparse, rows apart by |cos| of all pairs",
    config: { architecture: "standard", ...odd },
    settings: { orthogonality: "abs" },
    options: { ...penalized, ...apart },
    bias: -4,
  },
  {
    name: "standard with free norms, rows apart by cos² in chunks",
    config: { architecture: "standard", ...odd },
    settings: { decoder_norm: "free", orthogonality: "squared" },
    options: { ...penalized, ...apart, ...chunked },
  },
  {
    name: "topk, rows apart from their nearest, clipped",
    config: { architecture: "topk", ...odd, k: 5 },
    settings: { orthogonality: "max", clip_grad_norm: 1 },
    options: { ...dead, ...apart },
  },
  {
    name: "batchtopk transcoder, rows apart from their nearest in chunks",
    config: { architecture: "batchtopk", ...odd, k: 5, ...skipping },
    settings: { orthogonality: "max" },
    options: { ...apart, ...chunked },
  },
];

const rows = 50;
const lastSettings = {
  ...saeConfig.parse({}),
  adam_beta1: 0.9,
  adam_beta2: 0.99,
  clip_grad_norm: 0,
};

function initialState(config: SaeConfig, { bias = 0, norms = "unit" } = {}): StepState {
  const weights = randomSae(new Random(1, "sae"), config);
  if (norms === "unit") normalizeRows(weights.W_dec);
  for (let f = 0; f < config.d_sae; f++) weights.b_enc.data[f] += bias;
  return { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
}

async function run({ config, settings: own, options, bias }: Case, threads: number) {
  const settings = { ...lastSettings, ...own };
  const given: StepOptions = {
    lr: 1e-3,
    sparsity_coefficient: 0,
    auxk_coefficient: 0,
    dead: Uint8Array.from({ length: config.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0)),
    ...options,
  };
  const { auxk_coefficient, orthogonality_coefficient = 0 } = given;
  const start = () => initialState(config, { bias, norms: settings.decoder_norm });
  const expectedState = start();
  const fast = await createTrainingStep(config, start(), {
    ...settings,
    threads,
    batch: rows,
    auxk_coefficient,
    orthogonality_coefficient,
  });
  const random = new Random(2, "x");
  const results = [];
  for (let step = 0; step < 4; step++) {
    const x = randomTensor(random, 1, rows, config.d_in);
    const y = config.transcoder ? randomTensor(random, 1, rows, config.transcoder.d_out) : null;
    const expected = referenceStep(config, expectedState, x, y, settings, given);
    results.push({ expected, found: fast.step(x, y, given) });
  }
  const state = fast.state();
  await fast.dispose();
  return { results, state, expectedState };
}

const parts = [
  "loss",
  "mse_loss",
  "sparsity_loss",
  "auxk_loss",
  "orthogonality_loss",
  "l0",
  "grad_norm",
] as const;

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
      expect(Math.abs(found.smallest_active - expected.smallest_active)).toBeLessThan(1e-6);
      for (const part of parts) {
        const [is, should] = [found[part] ?? 0, expected[part] ?? 0];
        expect(Math.abs(is - should), part).toBeLessThanOrEqual(1e-6 * should);
      }
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

test.each(["gated", "jumprelu", "topk"] as const)(
  "what is written of %s while it is read is what it gives as a copy",
  async (architecture) => {
    const config: SaeConfig = { architecture, d_in: 21, d_sae: 50, k: 4 };
    const { config: _, ...weights } = randomSae(new Random(1, "sae"), config);
    const [mean, square] = [zeroWeights(config), zeroWeights(config)];
    for (const name of weightNames(config)) weight(mean, name).data.fill(0.5);
    const start = { step: 3, weights, mean, square };
    const fast = await createTrainingStep(config, start, {
      ...saeConfig.parse({}),
      adam_beta1: 0.9,
      adam_beta2: 0.99,
      clip_grad_norm: 0,
      threads: 1,
      batch: 4,
      auxk_coefficient: 0,
    });
    const stored = fast.stored();
    for (const group of ["weights", "mean", "square"] as const)
      for (const [name, array] of Object.entries(stored[group])) {
        const blocks = "blocks" in array ? [...copies(array.blocks())] : [];
        const expected = weight(start[group], name as WeightName);
        expect({ name, shape: array.shape, data: blocks.flat() }).toEqual({
          name,
          shape: expected.shape,
          data: Array.from(expected.data),
        });
      }
    await fast.dispose();
  },
);

function* copies(blocks: Iterable<Float32Array>) {
  for (const block of blocks) yield Array.from(block);
}

// x scaled by 10 makes a share of 0.4 active, which is worked on as whole matrices, by 1 one of 0.04
test.each<[SaeConfig["architecture"], number[]]>([
  ["standard", [10, 1]],
  ["standard", [1, 10]],
  ["jumprelu", [10, 1]],
  ["batchtopk", [10, 1]],
  ["batchtopk", [1, 10]],
])("a step of %s does not depend on what was seen before: %s", async (architecture, scales) => {
  const config = { architecture, ...odd, k: architecture === "batchtopk" ? 5 : null };
  const options = { ...lastSettings, threads: 2, batch: rows, auxk_coefficient: 0 };
  const given = {
    lr: 1e-3,
    ...penalized,
    auxk_coefficient: 0,
    dead: new Uint8Array(config.d_sae),
  };
  const random = new Random(2, "x");
  const [first, second] = scales.map((scale) => randomTensor(random, scale, rows, config.d_in));
  const going = await createTrainingStep(config, initialState(config, { bias: -4 }), options);
  going.step(first, null, given);
  const resumed = await createTrainingStep(config, going.state(), options);
  expect(going.step(second, null, given)).toEqual(resumed.step(second, null, given));
  expect(going.state()).toEqual(resumed.state());
  for (const kernel of [going, resumed]) await kernel.dispose();
});
