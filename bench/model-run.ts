import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { DeviceChoice, Precision } from "../trainer/src/model/devices/choices.ts";
import { loadModel } from "../trainer/src/model/model.ts";

/*
 * A language model on one of our engines, for bench/model.ts: model-run.ts FOLDER TASK THREADS TOKENS CONTEXTS OUTPUT
 * DEVICE[:PRECISION]. Speaks as `model_torch.py run` does.
 */

const [folder, task, threads, path, contexts, output, device] = process.argv.slice(2) as string[];
const bytes = readFileSync(path);
const tokens = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const n = Number(contexts);
const [name, precision] = device.split(":");
const model = await loadModel(folder, {
  threads: Number(threads),
  device: name as DeviceChoice,
  precision: precision as Precision | undefined,
});
const { n_layers } = model.config;

const tasks: Record<string, () => Promise<Float32Array>> = {
  async harvest() {
    const layer = Math.floor(n_layers / 2);
    return (await model.activations(tokens, n, `blocks.${layer}.hook_resid_post`)).data;
  },
  async ce() {
    const embedded = await model.activations(tokens, n, "hook_embed");
    return (await model.splice(tokens, n, "hook_embed", embedded)).ce;
  },
};

let result = await tasks[task]();
await tasks[task]();
console.log(model.engine);
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  result = await tasks[task]();
  console.log(performance.now() - start);
}
writeFileSync(output, result);
await model.dispose();
console.log(process.resourceUsage().maxRSS / 1e3);
