import { createInterface } from "node:readline";
import { loadTensorFlow } from "../trainer/src/model/devices/tfjs.ts";
import { saeConfig } from "../trainer/src/sae/config.ts";
import type { KernelChoice } from "../trainer/src/sae/kernel/choices.ts";
import { kernelName, type Took } from "../trainer/src/sae/kernel/kernel.ts";
import { zeroWeights } from "../trainer/src/sae/weights.ts";
import { readSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { zeros } from "../trainer/src/tensor/tensor.ts";
import { type TrainingEngine, tfjsEngine } from "../trainer/src/train/engines.ts";
import { createTrainingStep } from "../trainer/src/train/step.ts";
import { parseShapeWord } from "./train-shape.ts";

/*
 * A training step on one of our engines, for bench/train.ts: train-run.ts native|portable|tensorflow SHAPE START
 * THREADS CLIP_GRAD_NORM; tensorflow is tfjs on TensorFlow, on a GPU where there is one. Speaks as train_torch.py does;
 * and at the end says, as JSON, how many milliseconds each of the kernel's phases took in each step.
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

const steps: Record<string, number>[] = [{}];
const { name, createStep } = engine === "tensorflow" ? onTensorFlow() : onKernel(engine);

const training = await createStep(
  shape,
  {
    step: 0,
    weights: { W_enc, b_enc, W_dec, b_dec: zeros(d_in) },
    mean: zeroWeights(shape),
    square: zeroWeights(shape),
  },
  {
    ...saeConfig.parse({}),
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
console.log(`ours, ${name}`);
for await (const _ of createInterface({ input: process.stdin })) {
  steps.push({});
  const begun = performance.now();
  const { loss, l0 } = training.step(x, null, options);
  console.log(performance.now() - begun, loss, l0);
}
console.log(JSON.stringify(steps));
await training.dispose();

function onTensorFlow(): TrainingEngine {
  process.env.TF_NUM_INTRAOP_THREADS = threads;
  const { tf, version, usesGpu } = loadTensorFlow();
  return tfjsEngine(`tfjs on TensorFlow ${version}, ${usesGpu ? "GPU" : "no GPU"}`, tf);
}

/** The kernel, with its phases timed. */
function onKernel(choice: string): Pick<TrainingEngine, "name" | "createStep"> {
  const sae_kernel = choice as KernelChoice;
  const took: Took = (phase, milliseconds) => {
    const step = steps[steps.length - 1];
    step[phase] = (step[phase] ?? 0) + milliseconds;
  };
  return {
    name: kernelName(sae_kernel),
    createStep: (config, state, options) =>
      createTrainingStep(config, state, { ...options, sae_kernel, took }),
  };
}
