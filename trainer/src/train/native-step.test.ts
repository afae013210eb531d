import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { addonForTests } from "../../fixtures/native-addon.ts";
import type { Addon } from "../model/native/addon.ts";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import type { Kernel, KernelSizes } from "../sae/kernel/kernel.ts";
import { createNativeKernel } from "../sae/kernel/native-kernel.ts";
import { createPortableKernel } from "../sae/kernel/portable-kernel.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import { normalizeRows } from "./reference-step.ts";
import { trainingStepOn } from "./step.ts";
import { trainingLayout } from "./step-layout.ts";

const found = addonForTests();
const reason = typeof found === "string" ? found : "";
const addon = found as Addon;

const rows = 137;
const odd = { d_in: 53, d_sae: 467, k: 7 };
const transcoder = { d_out: 71, skip: true };
type Case = {
  config: SaeConfig;
  bias: number;
  /** holds decoder rows apart, in so many chunks */
  apart?: { orthogonality: "abs" | "squared" | "max"; count: number };
};
const cases: Case[] = [
  { config: { architecture: "standard", ...odd, k: null }, bias: 0 },
  { config: { architecture: "standard", ...odd, k: null }, bias: -5 },
  { config: { architecture: "gated", ...odd, k: null }, bias: 0 },
  { config: { architecture: "gated", ...odd, k: null }, bias: -5 },
  { config: { architecture: "jumprelu", ...odd, k: null, transcoder }, bias: 0 },
  { config: { architecture: "jumprelu", ...odd, k: null }, bias: -5 },
  { config: { architecture: "topk", ...odd, transcoder }, bias: 0 },
  { config: { architecture: "batchtopk", ...odd }, bias: 0 },
  {
    config: { architecture: "matryoshka_batchtopk", ...odd, group_sizes: [47, 120, 300] },
    bias: 0,
  },
  {
    config: { architecture: "standard", ...odd, k: null },
    bias: 0,
    apart: { orthogonality: "abs", count: 1 },
  },
  {
    config: { architecture: "topk", ...odd, transcoder },
    bias: 0,
    apart: { orthogonality: "squared", count: 4 },
  },
  { config: { architecture: "topk", ...odd }, bias: 0, apart: { orthogonality: "max", count: 4 } },
];

/** What two steps gave, and a digest of the state after them: to compare it number by number takes seconds. */
async function twoSteps(
  { config, bias, apart }: Case,
  create: (sizes: KernelSizes) => Kernel | Promise<Kernel>,
) {
  const options = {
    ...saeConfig.parse({ jumprelu_bandwidth: 0.5, lp_norm: 0.7, ...apart }),
    orthogonality_coefficient: apart ? 30 : 0,
    threads: 2,
    batch: rows,
    auxk_coefficient: 0.3,
    adam_beta1: 0.9,
    adam_beta2: 0.99,
    clip_grad_norm: 0,
  };
  const weights = randomSae(new Random(1, "sae"), config);
  normalizeRows(weights.W_dec);
  for (let f = 0; f < config.d_sae; f++) weights.b_enc.data[f] += bias;
  const [mean, square] = [zeroWeights(config), zeroWeights(config)];
  const kernel = await create({ threads: 2, ...trainingLayout(config, options) });
  const training = trainingStepOn(kernel, config, { step: 0, weights, mean, square }, options);
  const random = new Random(2, "x");
  const dead = Uint8Array.from({ length: config.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
  const order = random.shuffle(Int32Array.from({ length: config.d_sae }, (_, f) => f));
  const given = {
    lr: 1e-3,
    sparsity_coefficient: 0.5,
    auxk_coefficient: 0.3,
    dead,
    ...(apart && { orthogonality_coefficient: 30, chunks: { order, count: apart.count } }),
  };
  const results = [1, 2].map(() => {
    const x = randomTensor(random, 1, rows, config.d_in);
    const y = config.transcoder ? randomTensor(random, 1, rows, config.transcoder.d_out) : null;
    return training.step(x, y, given);
  });
  const { x_hat } = training.reconstruct(randomTensor(random, 1, rows, config.d_in));
  const digest = createHash("sha256").update(x_hat.data);
  const state = training.state();
  for (const of of [state.weights, state.mean, state.square])
    for (const { data } of Object.values(of)) digest.update(data);
  await training.dispose();
  return { results, state: digest.digest("hex") };
}

describe.skipIf(reason)(`native steps ${reason}`, () => {
  test.each(cases)(
    "give the bytes that WebAssembly gives: $config.architecture, bias $bias, $apart.orthogonality",
    async (given) => {
      const expected = await twoSteps(given, createPortableKernel);
      for (const variant of addon.trainingVariants())
        expect(await twoSteps(given, (sizes) => createNativeKernel(addon, sizes, variant))).toEqual(
          expected,
        );
    },
  );
});
