import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { harvestConfig, hooksOf } from "../trainer/src/activations/config.ts";
import { beginHarvest, type Harvesting } from "../trainer/src/activations/harvest.ts";
import type { Origin } from "../trainer/src/activations/plan.ts";
import type { DeviceChoice } from "../trainer/src/model/devices/choices.ts";
import { loadModel, type Model } from "../trainer/src/model/model.ts";
import { saeConfig } from "../trainer/src/sae/config.ts";
import { randomTensor } from "../trainer/src/sae/random-sae.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import type { Tensor } from "../trainer/src/tensor/tensor.ts";
import { embeddedModel } from "../trainer/src/text/config.ts";
import { openTokens } from "../trainer/src/text/token-file.ts";
import { trainConfig } from "../trainer/src/train/config.ts";
import { train } from "../trainer/src/train/train.ts";

/*
 * A harvest and a training one after the other, and both at once, on the bundled model and text. Then the same with a
 * stand-in for a model on another device: it takes as long for a batch as the model took, but not the processor.
 */

const { values } = parseArgs({
  options: {
    device: { type: "string", default: "cpu" },
    tokens: { type: "string", default: "300000" },
    d_sae: { type: "string", default: "1024" },
    rounds: { type: "string", default: "3" },
  },
});
const threads = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), "overlap-"));
const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
const asked = ["tokenize", folder, "--max_tokens", values.tokens];
if (spawnSync(process.execPath, [bin, ...asked], { stdio: "inherit" }).status !== 0)
  throw new Error("no tokens");

const tokens = await openTokens(join(folder, "tokens"));
const model = await loadModel(embeddedModel, { threads, device: values.device as DeviceChoice });
const config = harvestConfig.parse({});
const hooks = hooksOf(config);
const settings = {
  ...saeConfig.parse({ d_sae: Number(values.d_sae), k: 32 }),
  ...trainConfig.parse({ train_tokens: Number(values.tokens), buffer_tokens: 32_768 }),
  seed: 0,
};

type Spent = { seconds: number; processor: number };
type Round = { harvest: Spent; train: Spent; both: Spent };

async function round(origin: Origin["model"]): Promise<Round> {
  const begin = (dir: string) =>
    beginHarvest(config, hooks, { model: origin, tokens, dir: join(folder, dir), report() {} });
  const trainOn = async (dir: string, { source }: Harvesting) =>
    train(settings, {
      source: await source(config),
      held_out: null,
      run_dir: join(folder, `run-${dir}`),
      metadata: { model_name: "", hook_name: config.hook_name, context_size: tokens.context_size },
      threads,
      report() {},
      warn: console.log,
    });
  const round = {
    harvest: await timed(async () => (await begin("apart")).finished),
    train: await timed(async () => trainOn("apart", await begin("apart"))), // what is there is not harvested again
    both: await timed(async () => {
      const harvesting = await begin("both");
      await trainOn("both", harvesting);
      await harvesting.finished;
    }),
  };
  for (const dir of ["apart", "run-apart", "both", "run-both"])
    rmSync(join(folder, dir), { recursive: true });
  return round;
}

/** Gives noise when the model would have been done, batch after batch, if it had a processor of its own. */
function standIn(real: Model, ms: number): Origin["model"] {
  const { config, weights_sha256, engine } = real;
  let free = 0;
  return {
    config,
    weights_sha256,
    engine: `not ${engine}`,
    async hooks(_, [n, context_size], names) {
      free = Math.max(free, performance.now()) + ms;
      await setTimeout(free - performance.now());
      const x = () => noise(n, context_size, config.d_model);
      return Object.fromEntries(names.map((name) => [name, x()]));
    },
  };
}

const random = randomTensor(new Random(0), 1, 1 << 21);
function noise(...shape: number[]): Tensor {
  return {
    shape,
    data: random.data.subarray(
      0,
      shape.reduce((a, b) => a * b),
    ),
  };
}

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1e3, processor: (user + system) / 1e6 };
}

function report(name: string, rounds: Round[]): void {
  const median = (what: keyof Round, of: keyof Spent) =>
    rounds.map((round) => round[what][of]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ??
    0;
  const [harvest, training, both] = (["harvest", "train", "both"] as const).map((what) =>
    median(what, "seconds"),
  ) as [number, number, number];
  const apart = median("harvest", "processor") + median("train", "processor");
  const figures = [harvest, training, both, apart, median("both", "processor")];
  const ratios = [both, Math.max(harvest, training)].map((s) => (harvest + training) / s);
  console.log(
    `| ${name} | ${figures.map((s) => s.toFixed(1)).join(" | ")} | ${ratios.map((r) => r.toFixed(2)).join(" | ")} |`,
  );
}

console.log(
  "| model | harvest, s | training, s | both at once, s | processor, apart | at once | ratio | at most |\n|---|---|---|---|---|---|---|---|",
);
const rounds: Round[] = [];
for (let i = 0; i < Number(values.rounds); i++) rounds.push(await round(model));
report(model.engine, rounds);
const batches = Math.ceil(
  tokens.n_contexts / Math.floor(config.harvest_batch_tokens / tokens.context_size),
);
const ms = (1000 * Math.min(...rounds.map(({ harvest }) => harvest.seconds))) / batches;
const elsewhere: Round[] = [];
for (let i = 0; i < Number(values.rounds); i++) elsewhere.push(await round(standIn(model, ms)));
report(`elsewhere, ${ms.toFixed(0)} ms a batch`, elsewhere);

tokens.close();
await model.dispose();
rmSync(folder, { recursive: true });
