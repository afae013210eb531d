import { join, resolve } from "node:path";
import { type Evaluation, evaluation, experiments, type Sections } from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { addSection } from "../../experiments/add-section.ts";
import { atEqualL0 } from "../../experiments/stack.ts";
import { runConfig, stages } from "../config.ts";
import { withConfigFile } from "../config-file.ts";
import { dashboardStage } from "../dashboard.ts";
import { readDerivation, writeDerivation } from "../derived.ts";
import { evaluateStage } from "../evaluate.ts";
import { checkConfig } from "../flags.ts";
import { harvestStage } from "../harvest.ts";
import { lockAll, openRun, readConfig } from "../run-folder.ts";
import { doStage, folders, refuseSweep, type TrainerRun } from "../stage-verb.ts";
import { tokenizeStage } from "../tokenize.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { type AtOnce, figuresOf, measuredAgainst, trainAtOnce } from "./at-once.ts";
import { type Stacked, trainStages } from "./make-stack.ts";
import {
  ownSettings,
  perStage,
  refuseCounts,
  type StackConfig,
  sparsityOf,
  stackConfig,
  stackFlags,
  wholeConfig,
} from "./stack-config.ts";

type Stacking = NonNullable<Sections["stacking"]>;

export const stack: Verb = {
  words: "DIR",
  summary:
    "Trains a dictionary in stages: each later one reads x and learns what those before it leave of it. DIR becomes a run folder with one dictionary of all their features, compared with one that is trained at once. What is done already is not done again; what was broken off goes on.",
  flags: stackFlags,
  async run([dir], given, context) {
    refuseSweep(dir);
    const config = stackOf(dir, given);
    refuseCounts(config);
    const settings = ownSettings(config);
    const asked = { verb: "stack" as const, from: [], settings };
    const before = readDerivation(dir, asked);
    const against = await measuredAgainst(config, context);
    const cache = resolve(config.cache ?? dir);
    const release = lockAll([...new Set([resolve(dir), cache])]);
    try {
      if (!before) writeDerivation(dir, { ...asked, parent: null, found: null });
      const found = before?.found as Stacked | undefined;
      return await stackInto(dir, { config, found, against }, context);
    } finally {
      release();
    }
  },
};

/** What was given goes before what the folder holds. */
function stackOf(dir: string, given: Record<string, unknown>): StackConfig {
  const derived = readDerivation(dir);
  const run = Object.entries(readConfig(dir) ?? {}).filter(
    ([name]) =>
      Object.hasOwn(stackConfig.shape, name) && !(perStage as readonly string[]).includes(name),
  );
  const values = Object.fromEntries(
    Object.entries(withConfigFile(stackConfig, given)).map(([name, value]) => [
      name,
      (perStage as readonly string[]).includes(name) && !Array.isArray(value) ? [value] : value,
    ]),
  );
  const saved = derived ? { ...Object.fromEntries(run), ...derived.settings } : {};
  return checkConfig(stackConfig, { ...saved, ...values }) as unknown as StackConfig;
}

type Task = { config: StackConfig; found: Stacked | undefined; against: AtOnce[] };

async function stackInto(dir: string, task: Task, context: Context): Promise<Outcome> {
  const { config } = task;
  const n = task.found?.stages.length ?? config.stages;
  const first = openStack(dir, config, n, task.found?.name ?? null);
  for (const stage of [tokenizeStage, harvestStage]) await doStage(stage, first, context);
  const stacked =
    task.found && first.isDone("train")
      ? task.found
      : await trainStages(first, config, context, (found) => {
          const asked = { verb: "stack" as const, from: [], settings: ownSettings(config) };
          writeDerivation(dir, { ...asked, parent: null, found });
          openStack(dir, config, found.stages.length, found.name);
        });
  const run = openStack(dir, config, stacked.stages.length, stacked.name);
  for (const stage of [evaluateStage, dashboardStage]) await doStage(stage, run, context);
  const bundle = folders.bundle(run);
  const measured = await readJson(join(bundle, "evaluation.json"), evaluation);
  const l0 = measured.metrics.l0.value;
  const trains = config.at_once && task.against.length === 0;
  const at_once = trains ? await trainAtOnce(run, l0, sparsityOf(config), context) : task.against;
  const section: Stacking = {
    formula_version: experiments.stacking.formula_version,
    seed: run.config.seed,
    tokens: measured.metrics.l0.tokens,
    config: withoutFolders(ownSettings(config)),
    ...stagesAfter(stacked, measured),
    sum: stacked.sum,
    at_once,
    at_equal_l0: atEqualL0(l0, at_once),
  };
  if (!isThere(measured, section)) {
    context.signal.throwIfAborted();
    await addSection(bundle, "stacking", { section });
  }
  return { text: textOf(section), data: { bundle, experiment: "stacking", section } };
}

/** The stack's folder as that of a run; it is locked already. */
function openStack(dir: string, config: StackConfig, n: number, name: string | null): TrainerRun {
  const asRun = { ...wholeConfig(config, n), name: config.name ?? name };
  const cache = resolve(config.cache ?? dir);
  return openRun(runConfig, stages, dir, asRun, [resolve(dir), cache]);
}

/** Figures after each stage; after the last they are the bundle's. */
function stagesAfter({ stages }: Stacked, measured: Evaluation): Pick<Stacking, "stages"> {
  const last = figuresOf(measured);
  const after = stages.map(({ after, ...stage }) => ({ ...stage, ...(after ?? last) }));
  return {
    stages: after.map((stage, i) => ({ ...stage, own_l0: stage.l0 - (after[i - 1]?.l0 ?? 0) })),
  };
}

function withoutFolders({ against: _, ...settings }: Record<string, unknown>) {
  return settings;
}

function isThere({ experiments: there }: Evaluation, section: Stacking): boolean {
  const inOrder = experiments.stacking.section.parse(section);
  return JSON.stringify(there.stacking) === JSON.stringify(inOrder);
}

function textOf({ stages, at_once, at_equal_l0 }: Stacking): string {
  const line = (name: string, of: { l0: number; fvu: number; ce_diff: number }) =>
    `${name.padEnd(32)}l0 ${of.l0.toFixed(2)}, fvu ${of.fvu.toFixed(4)}, ce_diff ${of.ce_diff.toFixed(4)}`;
  return [
    ...stages.map((stage, i) => line(`after stage ${i + 1}`, stage)),
    ...at_once.map((other) => line(`at once: ${other.name}`, other)),
    ...(at_equal_l0 ? [line("at once, at equal l0", at_equal_l0)] : []),
  ].join("\n");
}
