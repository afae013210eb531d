/**
 * Checks the training step of a device against the reference in plain loops, for every architecture and option, and
 * times it beside the compiled kernels.
 * usage: npx tsx conformance/training-step.ts [DEVICE]
 *   auto, cpu, native, cuda, webgpu, tfjs   as --device takes them
 *   portable                                the kernels in WebAssembly, where native ones are built as well
 *   tensorflow                              tfjs on TensorFlow, wherever that computes
 */
import { availableParallelism, cpus } from "node:os";
import { UsageError } from "../trainer/src/bundle/errors.ts";
import { deviceChoices } from "../trainer/src/model/devices/choices.ts";
import { loadTensorFlow } from "../trainer/src/model/devices/tfjs.ts";
import {
  kernelEngine,
  openTrainingEngine,
  type TrainingEngine,
  tfjsEngine,
} from "../trainer/src/train/engines.ts";
import { referenceStep } from "../trainer/src/train/reference-step.ts";
import {
  everyLoss,
  figureDifference,
  type StepCase,
  stateDifference,
  stepInputs,
} from "../trainer/src/train/step-cases.ts";

/** float32 in another order of summation is within 1e-6 wherever this has run; TensorFloat-32 would not be. */
const TOLERANCE = 1e-5;
const STEPS = 4;
const sizes = { d_in: 24, d_sae: 120 };
const ROWS = 60;

try {
  const engine = await open(process.argv[2] ?? "auto");
  console.log(`${engine.name}; largest differences from the reference over ${STEPS} steps:`);
  for (const given of everyLoss(sizes)) await check(engine, given);
  await timeBoth(engine);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function open(name: string): Promise<TrainingEngine> {
  if (name === "tensorflow") {
    const { tf, version, usesGpu } = loadTensorFlow();
    const where = usesGpu ? "GPU" : "no GPU: on the processor";
    return tfjsEngine(`tfjs ${tf.version_core} on TensorFlow ${version} (${where})`, tf);
  }
  if (name === "portable") return kernelEngine("portable");
  const device = deviceChoices.find((choice) => choice === name);
  if (device) return openTrainingEngine(device);
  throw new UsageError(
    `no device ${name} (expected ${deviceChoices.join(", ")}, portable, tensorflow)`,
  );
}

/** One line of each case. */
async function check(engine: TrainingEngine, given: StepCase): Promise<void> {
  const { config } = given;
  const { settings, options, initialState, batch } = stepInputs(given, ROWS);
  const expectedState = initialState();
  const step = await engine.createStep(config, initialState(), toOptions(given));
  let figures = 0;
  let sameFirings = true;
  for (let at = 0; at < STEPS; at++) {
    const { x, y } = batch(at);
    const found = step.step(x, y, options);
    const expected = referenceStep(config, expectedState, x, y, settings, options);
    figures = Math.max(figures, figureDifference(found, expected));
    sameFirings &&= found.fired.every((count, f) => count === expected.fired[f]);
  }
  const { where, difference } = stateDifference(config, step.state(), expectedState);
  await step.dispose();
  const passes = sameFirings && figures <= TOLERANCE && difference <= TOLERANCE;
  if (!passes) process.exitCode = 1;
  const verdict = passes ? "ok" : sameFirings ? `more than ${TOLERANCE}` : "other features fire";
  console.log(
    `  ${given.name.padEnd(38)} figures ${figures.toExponential(1)}  ${difference.toExponential(1)} at ${where}: ${verdict}`,
  );
}

function toOptions(given: StepCase, rows = ROWS) {
  const { settings, options } = stepInputs(given, rows);
  const { auxk_coefficient } = options;
  return { ...settings, threads: availableParallelism(), batch: rows, auxk_coefficient };
}

/** Medians of seven steps, each read back, after three. */
async function timeBoth(engine: TrainingEngine): Promise<void> {
  console.log(
    `\nms per step of 2,048 rows, 512 × 8,192 (${cpus()[0].model}, ${cpus().length} threads):`,
  );
  const big = { d_in: 512, d_sae: 8192 };
  const topk = { ...big, k: 64 };
  const cases: StepCase[] = [
    { name: "topk, k = 64", config: { ...topk, architecture: "topk" }, options: {} },
    { name: "batchtopk, k = 64", config: { ...topk, architecture: "batchtopk" }, options: {} },
    {
      name: "standard",
      config: { ...big, k: null, architecture: "standard" },
      options: { sparsity_coefficient: 0.01 },
    },
  ];
  const kernel = kernelEngine();
  const engines = engine.arithmetic === kernel.arithmetic ? [engine] : [engine, kernel];
  for (const given of cases) {
    const times: string[] = [];
    for (const { name, createStep } of engines)
      times.push(`${name} ${(await msPerStep(createStep, given)).toFixed(0)}`);
    console.log(`  ${given.name.padEnd(20)}${times.join(", ")}`);
  }
}

async function msPerStep(createStep: TrainingEngine["createStep"], given: StepCase) {
  const { options, initialState, batch } = stepInputs(given, 2048);
  const state = initialState();
  if (given.config.architecture === "standard") state.weights.b_enc.data.fill(-24); // few features fire
  const step = await createStep(given.config, state, toOptions(given, 2048));
  const { x, y } = batch(0);
  const times: number[] = [];
  for (let at = 0; at < 10; at++) {
    const begun = performance.now();
    step.step(x, y, options);
    times.push(performance.now() - begun);
  }
  await step.dispose();
  return times.slice(3).sort((a, b) => a - b)[3];
}
