/**
 * Runs the golden cases of every family, and the bundled model, on one device.
 * usage: npx tsx conformance/device.ts [DEVICE]
 *   auto, cpu, native, cuda, webgpu, tfjs   as --device takes them
 *   tensorflow                              tfjs on TensorFlow, wherever that computes
 *   tfjs-cpu                                tfjs' own backend in plain JavaScript
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UsageError } from "../trainer/src/bundle/errors.ts";
import { deviceChoices } from "../trainer/src/model/devices/choices.ts";
import { openDevice } from "../trainer/src/model/devices/device.ts";
import { loadTensorFlow } from "../trainer/src/model/devices/tfjs.ts";
import type { Engine, EngineInput } from "../trainer/src/model/engine.ts";
import { goldenDifferences, goldenNames, openGolden } from "../trainer/src/model/golden-cases.ts";
import { openModel } from "../trainer/src/model/open-model.ts";
import { tfjsEngine } from "../trainer/src/model/tfjs/engine.ts";
import type { Tf } from "../trainer/src/model/tfjs/ops.ts";
import { maxRelativeDifference } from "../trainer/src/tensor/compare.ts";
import { readSafetensors } from "../trainer/src/tensor/safetensors.ts";

/** float32 in another order of summation is within 2.2e-6 wherever this has run; TensorFloat-32 would not be. */
const TOLERANCE = 1e-5;

const root = join(import.meta.dirname, "../trainer");

try {
  const { name, engine } = await open(process.argv[2] ?? "auto");
  console.log(`${name}; largest differences from transformers:`);
  const models = [...goldenNames.map(goldenCase), bundledModel()];
  for (const model of models) {
    const { title, input, differences } = await model;
    const running = engine(input, availableParallelism());
    if (!report(title, await differences(running))) process.exitCode = 1;
    await running.dispose();
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

type Opened = { name: string; engine(input: EngineInput, threads: number): Engine };

async function open(name: string): Promise<Opened> {
  if (name === "tensorflow") {
    const { tf, version, usesGpu } = loadTensorFlow();
    return onTfjs(`TensorFlow ${version} (${usesGpu ? "GPU" : "no GPU: on the processor"})`, tf);
  }
  if (name === "tfjs-cpu") {
    await import("@tensorflow/tfjs-backend-cpu");
    const tf = await import("@tensorflow/tfjs-core");
    await tf.setBackend("cpu");
    return onTfjs(`its backend ${tf.getBackend()}`, tf);
  }
  const device = deviceChoices.find((choice) => choice === name);
  if (device) return openDevice(device);
  throw new UsageError(
    `no device ${name} (expected ${deviceChoices.join(", ")}, tensorflow, tfjs-cpu)`,
  );
}

function onTfjs(backend: string, tf: Tf): Opened {
  const name = `tfjs ${tf.version_core} on ${backend}`;
  return { name, engine: (input) => tfjsEngine(name, tf, input) };
}

type Case = {
  title: string;
  input: EngineInput;
  differences(engine: Engine): Promise<Record<string, number>>;
};

async function goldenCase(title: string): Promise<Case> {
  const golden = await openGolden(title);
  const { input } = golden;
  return { title, input, differences: (engine) => goldenDifferences(engine, golden) };
}

/** Every hook that fixtures/model/stories-2m.safetensors holds. */
async function bundledModel(): Promise<Case> {
  const golden = readSafetensors(join(root, "fixtures/model/stories-2m.safetensors"));
  const { shape, data } = golden.array("tokens");
  const [contexts = 0, context_size = 0] = shape;
  const names = golden.names.filter((name) => !/^(halved|tokens|ce|logits)/.test(name));
  return {
    title: "the bundled model",
    input: await openModel(join(root, "embedded/model")),
    async differences(engine) {
      const found = await engine.hooks({ contexts, context_size }, data as Int32Array, names);
      return Object.fromEntries(
        names.map((name) => {
          const x = { data: found[name] as Float32Array };
          return [name, maxRelativeDifference(x, golden.tensor(name))];
        }),
      );
    },
  };
}

/** One line; whether all of the differences are small enough. */
function report(title: string, differences: Record<string, number>): boolean {
  const all = Object.entries(differences);
  const [where, largest] = all.reduce((worst, next) => (next[1] > worst[1] ? next : worst));
  const passes = all.every(([, difference]) => difference <= TOLERANCE);
  const verdict = passes ? "ok" : `more than ${TOLERANCE}`;
  console.log(`  ${title.padEnd(20)}${largest.toExponential(1)}  at ${where}: ${verdict}`);
  return passes;
}
