import { expect, onTestFinished, test } from "vitest";
import type { Batch } from "../activations/source.ts";
import { BundleError, type TrainingLine, trainingLine, UsageError } from "../bundle/index.ts";
import { cosines } from "../experiments/toy/measure.ts";
import type { SaeConfig } from "../sae/config.ts";
import { toInference } from "../sae/inference.ts";
import { encode } from "../sae/sae.ts";
import { type Weights, zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeadFeatures } from "./dead-features.ts";
import { initialWeights, meanNormScale } from "./initial.ts";
import { type Training, trainStep } from "./loop.ts";
import { type Planted, plantDictionary } from "./planted.ts";
import { trainingSteps } from "./schedule.ts";
import { auxkCoefficient, trainSettings } from "./settings.ts";
import { createTrainingStep } from "./step.ts";

const small = {
  train_tokens: 200_000,
  train_batch_tokens: 512,
  lr: 5e-3,
  lr_warmup_steps: 20,
  sparsity_warmup_steps: 20,
  initial_l0: 10,
  dead_after_tokens: 20_000,
};
const standard: SaeConfig = { architecture: "standard", d_in: 32, d_sae: 128, k: null };
const topk: SaeConfig = { architecture: "topk", d_in: 32, d_sae: 128, k: 3 };
const planted = plantDictionary(0, { d_in: 32, n_features: 64, active: 3 });

async function begin(
  sae: SaeConfig,
  changes: Record<string, number> = {},
  spoil: (weights: Weights) => void = () => {},
): Promise<Training> {
  const settings = trainSettings.parse({
    architecture: sae.architecture,
    l1_coefficient: 3,
    l0_coefficient: 6,
    seed: 0,
    ...small,
    ...changes,
  });
  const x = planted.rows(new Random(0, "first"), 2000);
  const input_scale = meanNormScale(x);
  x.data.forEach((value, i) => {
    x.data[i] = value * input_scale;
  });
  const weights = await initialWeights(sae, { x, y: null }, { ...settings, threads: 1 });
  spoil(weights);
  const kernel = await createTrainingStep(
    sae,
    { step: 0, weights, mean: zeroWeights(sae), square: zeroWeights(sae) },
    {
      ...settings,
      threads: 2,
      batch: 1000,
      auxk_coefficient: auxkCoefficient(settings),
    },
  );
  onTestFinished(() => kernel.dispose());
  return {
    sae,
    settings,
    kernel,
    dead: new DeadFeatures(new Int32Array(sae.d_sae), settings.dead_after_tokens),
    input_scale,
    output_scale: input_scale,
    batch_threshold: 0,
    steps_done: 0,
    best_mse: Infinity,
    held_out: { x: planted.rows(new Random(0, "held out"), 1000), y: null },
  };
}

async function* batchesOf({ rows }: Planted): AsyncGenerator<Batch> {
  for (const random = new Random(0, "rows"); ; )
    yield { x: rows(random, small.train_batch_tokens), y: null };
}

async function runToEnd(training: Training, batches = batchesOf(planted)): Promise<TrainingLine[]> {
  const lines: TrainingLine[] = [];
  for await (const batch of batches) {
    lines.push(trainStep(training, batch));
    if (training.steps_done === trainingSteps(training.settings)) break;
  }
  return lines;
}

/** The share of planted directions that some row of W_dec has a cosine above 0.95 with. */
function recovered({ directions }: Planted, W_dec: Tensor): number {
  const best = cosines(directions, W_dec).map((row) => Math.max(...row));
  return best.filter((cosine) => cosine > 0.95).length / best.length;
}

test.each([
  [standard, 200_000, 0.95],
  [topk, 200_000, 0.95],
  [{ ...standard, architecture: "gated" }, 200_000, 0.95],
  // slower: seen 1 and 0.94
  [{ ...standard, architecture: "jumprelu" }, 400_000, 0.9],
  [{ ...topk, architecture: "batchtopk" }, 400_000, 0.9],
] as [SaeConfig, number, number][])(
  "$0.architecture finds a planted dictionary in $1 tokens",
  async (sae, train_tokens, share) => {
    const training = await begin(sae, { train_tokens });
    expect(recovered(planted, training.kernel.state().weights.W_dec)).toBeLessThan(0.05);
    await runToEnd(training);
    // seen: every direction, with seeds 0, 1 and 2
    expect(recovered(planted, training.kernel.state().weights.W_dec)).toBeGreaterThanOrEqual(share);
  },
);

test("batchtopk's moving threshold lets k features through on activations it has not seen", async () => {
  const training = await begin({ ...topk, architecture: "batchtopk" });
  await runToEnd(training);
  const trained = { config: training.sae, ...training.kernel.state().weights };
  const sae = toInference(trained, training, training.batch_threshold);
  const acts = encode(sae, planted.rows(new Random(5, "unseen"), 2000));
  const active = acts.data.reduce((sum, act) => sum + (act > 0 ? 1 : 0), 0);
  expect(active / 2000).toBeGreaterThan(2.8);
  expect(active / 2000).toBeLessThan(3.2);
});

test("reports each step as training.jsonl has it", async () => {
  const lines = await runToEnd(await begin(topk, { train_tokens: 5 * 512 }));
  expect(lines.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  for (const line of lines) {
    expect(trainingLine.strict().parse(line)).toEqual(line);
    expect(line.loss).toBeCloseTo(line.mse_loss + line.sparsity_loss + line.auxk_loss, 10);
    expect(line.tokens).toBe(line.step * 512);
  }
});

test("rows of W_dec keep norm 1", async () => {
  const training = await begin(standard, { train_tokens: 20 * 512 });
  await runToEnd(training);
  const { data } = training.kernel.state().weights.W_dec;
  for (let at = 0; at < data.length; at += 32)
    expect(Math.hypot(...data.subarray(at, at + 32))).toBeCloseTo(1, 6);
});

test("AuxK brings features back that would never be among the k largest", async () => {
  const exact: SaeConfig = { ...topk, d_sae: 64 };
  const weak = (weights: Weights) => {
    weights.W_enc.data.forEach((value, at) => {
      if (at % 64 < 32) weights.W_enc.data[at] = 0.01 * value;
    });
  };
  const deadAtTheEnd = async (auxk_coefficient: number) => {
    const changes = { auxk_coefficient, dead_after_tokens: 5000 };
    const lines = await runToEnd(await begin(exact, changes, weak));
    expect(lines.some(({ auxk_loss }) => auxk_loss > 0)).toBe(auxk_coefficient > 0);
    return lines[lines.length - 1].dead_fraction;
  };
  expect(await deadAtTheEnd(0)).toBeGreaterThan(0.3);
  expect(await deadAtTheEnd(1 / 32)).toBeLessThan(0.1);
});

test("activations that are not numbers stop it, naming the step", async () => {
  async function* batches() {
    yield* [0, 1].map(() => ({ x: planted.rows(new Random(0), 512), y: null }));
    const bad = planted.rows(new Random(0), 512);
    bad.data[77] = Number.NaN;
    yield { x: bad, y: null };
  }
  const failed = runToEnd(await begin(topk), batches());
  await expect(failed).rejects.toThrow(BundleError);
  await expect(failed).rejects.toThrow("step 3: the activations hold NaN");
});

test("a diverging loss stops it and says to lower lr", async () => {
  const failed = runToEnd(await begin(standard, { lr: 1e4 }));
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(/training diverged at step \d+: .*lower lr \(10000\)/);
});
