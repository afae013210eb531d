import { spawnSync } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { harvest } from "../trainer/src/activations/harvest.ts";
import { openActivations } from "../trainer/src/activations/open-activations.ts";
import { type Architecture, architectures } from "../trainer/src/bundle/cfg.ts";
import type { Evaluation } from "../trainer/src/bundle/index.ts";
import { evaluateStage } from "../trainer/src/commands/evaluate.ts";
import { withOrigin } from "../trainer/src/commands/origin.ts";
import { doStage, folders, inRunFolder } from "../trainer/src/commands/stage-verb.ts";
import { tokenizeStage } from "../trainer/src/commands/tokenize.ts";
import { trainStage } from "../trainer/src/commands/train.ts";
import type { Context } from "../trainer/src/commands/verb.ts";
import { batchesOf, firstRows } from "../trainer/src/train/batches.ts";
import { meanNormScale } from "../trainer/src/train/initial.ts";
import { trainingSteps } from "../trainer/src/train/schedule.ts";
import { BATCH, D_SAE, ours, theirs } from "./quality-settings.ts";
import { type Row, table } from "./quality-table.ts";

/*
 * Dictionaries of every architecture at about the same l0, on every layer of the bundled model: ours, and those of
 * dictionary_learning's own trainers from the same activations in the same order; all measured by our evaluation.
 *
 *   pip install torch==2.13.0 dictionary-learning
 *   npx tsx bench/quality.ts --by ours                            # no Python
 *   npx tsx bench/quality.ts --python PYTHON --layers 3                # one layer
 *
 * What is in --dir already is not made again.
 */

const { values } = parseArgs({
  options: {
    python: { type: "string", default: process.env.TORCH_PYTHON ?? "python3" },
    dir: { type: "string", default: "runs/quality" },
    layers: { type: "string", default: "0,1,2,3,4,5" },
    architectures: { type: "string", default: architectures.join() },
    by: { type: "string", default: "ours,dictionary_learning" },
    train_tokens: { type: "string", default: "1000000" },
    threads: { type: "string", default: "2" },
  },
});
const chosen = values.architectures.split(",") as Architecture[];
const layers = values.layers.split(",").map(Number);
const hookOf = (layer: number) => `blocks.${layer}.hook_resid_post`;
const cache = join(values.dir, "cache");
const context: Context = {
  report: () => {},
  say: (line) => console.error(line),
  signal: new AbortController().signal,
};
const common = {
  cache,
  d_sae: D_SAE,
  train_tokens: Number(values.train_tokens),
  train_batch_tokens: BATCH,
  threads: Number(values.threads),
};

await harvestAll();
const rows: Row[] = [];
for (const layer of layers) {
  for (const architecture of values.by.includes("ours") ? chosen : []) {
    const dir = join(values.dir, `layer-${layer}`, architecture);
    const settings = {
      ...common,
      hook_name: hookOf(layer),
      architecture,
      ...ours[architecture](layer),
    };
    const evaluation = await evaluated(dir, settings, (run) => doStage(trainStage, run, context));
    rows.push({ layer, architecture, by: "ours", ...evaluation });
  }
  if (values.by.includes("dictionary_learning")) rows.push(...(await peers(layer)));
}
console.log(table(rows));

/** One pass over the text, for all layers. */
async function harvestAll(): Promise<void> {
  await inRunFolder(join(values.dir, "harvest"), common, context, async (run) => {
    await doStage(tokenizeStage, run, context);
    await withOrigin(run, context, async (origin) => {
      await harvest(run.config, layers.map(hookOf), {
        ...origin,
        dir: folders.activations(run),
        report: context.report,
      });
    });
    return { text: "", data: {} };
  });
}

/** What the evaluation says of the dictionary that `make` puts into the run's folder. */
async function evaluated(
  dir: string,
  settings: Record<string, unknown>,
  make: (run: Parameters<typeof evaluateStage.work>[0]) => Promise<void>,
): Promise<Evaluation> {
  const begun = performance.now();
  await inRunFolder(dir, settings, context, async (run) => {
    if (!run.isDone("train")) await make(run);
    await doStage(evaluateStage, run, context);
    return { text: "", data: {} };
  });
  const path = join(dir, "bundle/evaluation.json");
  const evaluation: Evaluation = JSON.parse(await readFile(path, "utf8"));
  const { l0, fvu, ce_loss_recovered, dead_fraction } = evaluation.metrics;
  const figures = [l0, fvu, ce_loss_recovered, dead_fraction].map(({ value }) => value.toFixed(4));
  console.error(dir, figures.join(" "), `${((performance.now() - begun) / 1e3).toFixed(0)} s`);
  return evaluation;
}

/** All that dictionary_learning makes of a layer, in one process that goes over the activations once. */
async function peers(layer: number): Promise<Row[]> {
  const made = join(values.dir, `layer-${layer}`, "dictionary_learning");
  const wanted = chosen.filter((name) => !existsSync(join(made, "saved", name, "cfg.json")));
  if (wanted.length > 0) await trainTheirs(layer, made, wanted);
  const found: Row[] = [];
  for (const architecture of chosen) {
    const dir = join(made, architecture);
    const settings = { ...common, hook_name: hookOf(layer) };
    const evaluation = await evaluated(dir, settings, async () => {
      mkdirSync(join(dir, "bundle"), { recursive: true });
      for (const file of ["sae_weights.safetensors", "cfg.json"])
        cpSync(join(made, "saved", architecture, file), join(dir, "bundle", file));
    });
    found.push({ layer, architecture, by: "dictionary_learning", ...evaluation });
  }
  return found;
}

async function trainTheirs(layer: number, dir: string, wanted: Architecture[]): Promise<void> {
  const batches = join(dir, "batches.f32");
  mkdirSync(dir, { recursive: true });
  const { d_in, scale, steps } = await writeBatches(layer, batches);
  const settings = Object.fromEntries(
    wanted.map((architecture) => [
      architecture,
      { architecture, d_sae: D_SAE, ...theirs[architecture](steps) },
    ]),
  );
  const script = new URL("./quality_dictionary_learning.py", import.meta.url).pathname;
  const words = [
    batches,
    d_in,
    BATCH,
    scale,
    JSON.stringify(settings),
    join(dir, "saved"),
    values.threads,
  ];
  const { status } = spawnSync(values.python, [script, ...words.map(String)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  rmSync(batches);
  if (status !== 0) throw new Error(`${values.python}: has it torch and dictionary_learning?`);
}

/** The activations that our trainer takes, in its order, multiplied by the scale that it gives them. */
async function writeBatches(layer: number, path: string) {
  const written = { d_in: 0, scale: 0, steps: 0 };
  await inRunFolder(join(values.dir, "harvest"), common, context, async ({ config, ...run }) => {
    const hooks = { hook_name: hookOf(layer), hook_name_out: null };
    const source = await openActivations(folders.activations({ config, ...run }), hooks);
    const scale = meanNormScale((await firstRows(config, source)).x);
    const file = openSync(path, "w");
    const steps = trainingSteps(config);
    let left = steps;
    for await (const { x } of batchesOf(config, source, 0)) {
      writeSync(file, new Uint8Array(x.data.map((value) => value * scale).buffer));
      if (--left === 0) break;
    }
    closeSync(file);
    Object.assign(written, { d_in: source.d_in, scale, steps });
    return { text: "", data: {} };
  });
  return written;
}
