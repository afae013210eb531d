import { type ChildProcess, spawn } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { SaeConfig } from "../trainer/src/sae/config.ts";
import { randomTensor } from "../trainer/src/sae/random-sae.ts";
import { zeroWeights } from "../trainer/src/sae/sae.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { initialWeights } from "../trainer/src/train/initial.ts";
import { createTrainingStep } from "../trainer/src/train/step.ts";

/*
 * Milliseconds per training step: the WebAssembly kernel against dense PyTorch doing the same step, in
 * turns. Run: npx tsx bench/train-step.ts --python PYTHON_WITH_TORCH [--threads 1] [--rounds 7]
 * Without --python (or the variable TORCH_PYTHON) only the kernel is timed.
 */

type Shape = SaeConfig & { batch: number; l0: number };

const shapes: Shape[] = [
  { architecture: "topk", d_in: 128, d_sae: 2048, k: 32, batch: 2048, l0: 32 },
  { architecture: "topk", d_in: 512, d_sae: 8192, k: 64, batch: 2048, l0: 64 },
  { architecture: "standard", d_in: 512, d_sae: 8192, k: null, batch: 2048, l0: 64 },
];

const { values } = parseArgs({
  options: {
    python: { type: "string", default: process.env.TORCH_PYTHON },
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "7" },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);

console.log(`${cpus()[0].model}, Node ${process.versions.node}, ${threads} threads\n`);
console.log("| step | kernel (WebAssembly), ms | PyTorch, dense, ms | ratio |");
console.log("|---|---|---|---|");
for (const shape of shapes) console.log(await compare(shape));

/** One row of the table: medians over rounds in which each makes one step. */
async function compare(shape: Shape): Promise<string> {
  const { architecture, d_in, d_sae, batch, l0 } = shape;
  const kernel = await createStep(shape);
  const torch = values.python ? await startTorch(values.python, shape, kernel.bias) : null;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const times = [kernel.step(), torch ? await torch.step() : Number.NaN];
    if (round < 0) continue; // the first steps also touch the memory for the first time
    ours.push(times[0]);
    theirs.push(times[1]);
  }
  await kernel.dispose();
  torch?.stop();
  const name = `${architecture}, d_in ${d_in}, d_sae ${d_sae}, batch ${batch}, l0 ${l0}`;
  const [our, their] = [median(ours), median(theirs)];
  const peer = torch ? `${their.toFixed(0)} (${torch.version})` : "not run";
  return `| ${name} | ${our.toFixed(0)} | ${peer} | ${torch ? (their / our).toFixed(1) : "–"} |`;
}

async function createStep(shape: Shape) {
  const { d_in, d_sae, batch, l0 } = shape;
  const x = randomTensor(new Random(0, "x"), 1, batch, d_in);
  const weights = await initialWeights(shape, x, {
    seed: 0,
    b_dec_init: "zeros",
    initial_l0: l0,
    threads,
  });
  const kernel = await createTrainingStep(
    shape,
    { step: 0, weights, mean: zeroWeights(shape), square: zeroWeights(shape) },
    { threads, batch, adam_beta1: 0.9, adam_beta2: 0.999, clip_grad_norm: 0, auxk_coefficient: 0 },
  );
  const options = {
    lr: 1e-4,
    l1_coefficient: shape.architecture === "standard" ? 1e-3 : 0,
    auxk_coefficient: 0,
    dead: new Uint8Array(d_sae),
  };
  return {
    bias: weights.b_enc.data.reduce((sum, b) => sum + b, 0) / d_sae,
    step: () => {
      const start = performance.now();
      kernel.step(x, options);
      return performance.now() - start;
    },
    dispose: kernel.dispose,
  };
}

/** A Python process that makes a step whenever it is told to. */
async function startTorch(python: string, shape: Shape, bias: number) {
  const { architecture, d_in, d_sae, batch, k } = shape;
  const script = new URL("./train_step_torch.py", import.meta.url).pathname;
  const words = [script, architecture, d_in, d_sae, batch, k ?? 0, bias, threads].map(String);
  const child: ChildProcess = spawn(python, words, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  if (!child.stdin || !child.stdout) throw new Error("no pipes");
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended early: does it have torch?`);
    return value as string;
  };
  return {
    version: `torch ${await line()}`,
    step: async () => {
      stdin.write("step\n");
      return Number(await line());
    },
    stop: () => stdin.end(),
  };
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
