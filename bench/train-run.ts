import { createInterface } from "node:readline";
import { saeConfig } from "../trainer/src/sae/config.ts";
import { type KernelChoices, kernelName } from "../trainer/src/sae/kernel/kernel.ts";
import { zeroWeights } from "../trainer/src/sae/weights.ts";
import { readSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { zeros } from "../trainer/src/tensor/tensor.ts";
import { createTrainingStep } from "../trainer/src/train/step.ts";
import { parseShapeWord } from "./train-shape.ts";

/*
 * A training step on one of our kernels, for bench/train.ts: train-run.ts native|portable SHAPE START THREADS
 * CLIP_GRAD_NORM. Speaks as train_torch.py does; and at the end says, as JSON, how many milliseconds each of the kernel's
 * phases took in each step.
 */

const [engine, word, start, threads, clip] = process.argv.slice(2);
const shape = parseShapeWord(word);
const { d_in, d_sae, batch, l1_coefficient } = shape;
const file = readSafetensors(start);
const [x, W_dec, b_enc] = ["x", "W_dec", "b_enc"].map((name) => file.tensor(name));
file.close();
const W_enc = zeros(d_in, d_sae);
for (let f = 0; f < d_sae; f++)
  for (let j = 0; j < d_in; j++) W_enc.data[j * d_sae + f] = W_dec.data[f * d_in + j];

const sae_kernel = engine as KernelChoices["sae_kernel"];
const steps: Record<string, number>[] = [{}];

const training = await createTrainingStep(
  shape,
  {
    step: 0,
    weights: { W_enc, b_enc, W_dec, b_dec: zeros(d_in) },
    mean: zeroWeights(shape),
    square: zeroWeights(shape),
  },
  {
    ...saeConfig.parse({}),
    sae_kernel,
    took: (phase, milliseconds) => {
      const step = steps[steps.length - 1];
      step[phase] = (step[phase] ?? 0) + milliseconds;
    },
    threads: Number(threads),
    batch,
    adam_beta1: 0.9,
    adam_beta2: 0.999,
    clip_grad_norm: Number(clip),
    auxk_coefficient: 0,
  },
);
const options = {
  lr: 1e-4,
  sparsity_coefficient: l1_coefficient,
  auxk_coefficient: 0,
  dead: new Uint8Array(d_sae),
};

steps.length = 0;
console.log(`ours, ${kernelName(sae_kernel ?? "auto")}`);
for await (const _ of createInterface({ input: process.stdin })) {
  steps.push({});
  const begun = performance.now();
  const { loss, l0 } = training.step(x, null, options);
  console.log(performance.now() - begun, loss, l0);
}
console.log(JSON.stringify(steps));
await training.dispose();
