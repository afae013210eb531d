import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toBytes } from "../trainer/src/activations/dtype.ts";
import type { ActivationSource } from "../trainer/src/activations/source.ts";
import { saeConfig } from "../trainer/src/sae/config.ts";
import { kernelName } from "../trainer/src/sae/kernel/kernel.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { zeros } from "../trainer/src/tensor/tensor.ts";
import { trainConfig } from "../trainer/src/train/config.ts";
import { briefMemory, streamMemory, totalOf, trainingMemory } from "../trainer/src/train/memory.ts";
import { train } from "../trainer/src/train/train.ts";

/*
 * What training is said to take of memory, against the most that the process ever had: a few steps
 * from an empty folder, with checkpoints, to the finished weights, and once more from a checkpoint.
 *
 *     npx tsx bench/train-memory.ts --d_in 1024 --d_sae 131072
 */
const { values } = parseArgs({
  options: {
    d_in: { type: "string", default: "1024" },
    d_sae: { type: "string", default: "131072" },
    k: { type: "string", default: "32" },
    architecture: { type: "string", default: "topk" },
    batch: { type: "string", default: "2048" },
    steps: { type: "string", default: "3" },
    buffer: { type: "string", default: "16384" },
  },
});
const d_in = Number(values.d_in);
const batch = Number(values.batch);
const settings = {
  ...saeConfig.parse({
    architecture: values.architecture,
    d_sae: Number(values.d_sae),
    k: Number(values.k),
  }),
  ...trainConfig.parse({
    train_batch_tokens: batch,
    train_tokens: batch * Number(values.steps),
    checkpoint_every_steps: 2,
    buffer_tokens: Number(values.buffer),
  }),
  seed: 0,
};

/** Rows that are made when they are asked for, so that they take no memory themselves. */
const random = (i: number) => {
  const x = zeros(batch, d_in);
  const numbers = new Random(0, "rows", i);
  for (let at = 0; at < x.data.length; at++) x.data[at] = numbers.normal();
  return x;
};
const source: ActivationSource = {
  d_in,
  d_out: null,
  dtype: "bfloat16",
  rows: 256 * batch,
  chunks: 256,
  chunkRows: () => batch,
  chunk: async (i) => ({ x: toBytes(random(i).data, "bfloat16"), y: null }),
  heldOut: async () => ({ x: random(-1), y: null }),
};

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
const most = () => process.resourceUsage().maxRSS * 1024;
const start = most();
const widths = { d_in, d_out: null };
const memory = trainingMemory(settings, widths, { threads: 2, sae_kernel: "auto" });
const [stream, brief] = [streamMemory(settings, widths, "bfloat16"), briefMemory(settings, widths)];
const stated = totalOf(memory) + stream + brief;

const run_dir = mkdtempSync(join(tmpdir(), "train-memory-"));
const seconds: number[] = [];
let last = performance.now();
try {
  await train(settings, {
    source,
    run_dir,
    metadata: { model_name: "none", hook_name: "blocks.0.hook_resid_post", context_size: 1 },
    threads: 2,
    held_out: await source.heldOut(),
    report() {
      seconds.push((performance.now() - last) / 1000);
      last = performance.now();
    },
    warn: console.warn,
  });
} finally {
  rmSync(run_dir, { recursive: true });
}
console.log(
  `${settings.architecture}, ${settings.d_sae} features of ${d_in}, ${kernelName("auto")}`,
);
for (const [part, bytes] of Object.entries({ ...memory, shuffling: stream, "for a moment": brief }))
  console.log(`  ${part.padEnd(14)}${gigabytes(bytes)}`);
console.log(`stated    ${gigabytes(stated)}`);
console.log(`measured  ${gigabytes(most() - start)} beside the ${gigabytes(start)} of Node itself`);
console.log(
  `steps     ${seconds.map((s) => `${s.toFixed(1)} s`).join(", ")} (the first with all before it)`,
);
