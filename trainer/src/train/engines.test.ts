import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Progress, UsageError } from "../bundle/index.ts";
import { saeConfig } from "../sae/config.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import { trainConfig } from "./config.ts";
import { kernelEngine, openTrainingEngine, tfjsEngine } from "./engines.ts";
import { memorySource, plantDictionary } from "./planted.ts";
import { train } from "./train.ts";

beforeAll(async () => {
  tf.enableProdMode(); // silences its advice to install the native backend
  await tf.setBackend("cpu");
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "engines-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const tfjs = tfjsEngine("tfjs (cpu)", tf);
const planted = plantDictionary(0, { d_in: 16, n_features: 24, active: 2 });
const x = planted.rows(new Random(0, "rows"), 2000);
const settings = {
  ...saeConfig.parse({ architecture: "batchtopk", d_sae: 48, k: 4 }),
  ...trainConfig.parse({
    train_tokens: 5000,
    train_batch_tokens: 250,
    checkpoint_every_steps: 8,
    resample_every_steps: 9,
    dead_after_tokens: 500,
    fvu_every_steps: 5,
  }),
  seed: 0,
};
const metadata = { model_name: "planted", hook_name: "blocks.0.hook_resid_post", context_size: 1 };
const input = (changes: Partial<Parameters<typeof train>[1]> = {}) => ({
  source: memorySource(x, 700),
  run_dir: dir,
  metadata,
  threads: 2,
  held_out: { x: planted.rows(new Random(0, "held out"), 100), y: null },
  report: () => {},
  warn() {},
  ...changes,
});

test("a training on tfjs ends where one on the kernels does, and says what it was made with", async () => {
  const onTfjs = await train(settings, input({ engine: tfjs }));
  const onKernels = await train(settings, input({ run_dir: join(dir, "kernels") }));
  // after 20 steps; measured: 3.2e-7
  expect(maxRelativeDifference(onTfjs.W_dec, onKernels.W_dec)).toBeLessThan(1e-5);
  const engineIn = (run: string) =>
    JSON.parse(readFileSync(join(run, "bundle", "cfg.json"), "utf8")).metadata.training_engine;
  expect(engineIn(dir)).toBe("tfjs (cpu)");
  expect(engineIn(join(dir, "kernels"))).toBe(kernelEngine().name);
});

test("a training that was broken off goes on with the engine that began it, and no other", async () => {
  const abort = new AbortController();
  const report = ({ done }: Progress) => {
    if (done === 12 * 250) abort.abort(new Error("Ctrl-C"));
  };
  const broken = input({ engine: tfjs, report, signal: abort.signal });
  await expect(train(settings, broken)).rejects.toThrow("Ctrl-C");
  expect(readdirSync(join(dir, "checkpoints")).at(-1)).toBe("step-000000012.safetensors");
  const onKernels = train(settings, input());
  await expect(onKernels).rejects.toThrow(UsageError);
  await expect(onKernels).rejects.toThrow(
    "step-000000012.safetensors was trained with tfjs (cpu) (now kernels on the processor), and the two round otherwise: go on with that --device, or use another run folder",
  );
  const resumed = await train(settings, input({ engine: tfjs }));
  const whole = await train(settings, input({ run_dir: join(dir, "whole"), engine: tfjs }));
  expect(resumed).toEqual(whole);
});

test("where the model runs on the processor or ONNX Runtime's GPU, the kernels train", async () => {
  for (const device of ["auto", "cpu", "native", "cuda", "webgpu"] as const)
    expect((await openTrainingEngine(device)).arithmetic).toBe("kernels on the processor");
});
