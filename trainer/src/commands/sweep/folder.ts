import { join, resolve } from "node:path";
import { recoverBundle } from "../../bundle/amend.ts";
import { UsageError } from "../../bundle/index.ts";
import type { ModelConfig } from "../../model/config.ts";
import { describedModel } from "../../model/described-model.ts";
import { hookWidth } from "../../model/hook-names.ts";
import { modelId } from "../../text/config.ts";
import { groups, runConfig, stages } from "../config.ts";
import { withConfigFile } from "../config-file.ts";
import { checkConfig, format } from "../flags.ts";
import { isGrid, kept, lockAll, openRun, readConfig, writeConfig } from "../run-folder.ts";
import { modelOf } from "../run-model.ts";
import { folders, type TrainerRun } from "../stage-verb.ts";
import type { Context } from "../verb.ts";
import { hookNames, type SweepConfig, sweepConfig, sweptNames, toLists } from "./config.ts";
import { gridPoints } from "./grid.ts";

/** One dictionary of a sweep in its run folder. */
export type SweepRun = { name: string; run: TrainerRun };

export type Sweep = {
  dir: string;
  config: SweepConfig;
  /** in the grid's order */
  runs: SweepRun[];
  /** numbers in a row at a hook */
  widthAt(hook_name: string): number;
  release(): void;
};

/** Where the runs of a sweep have their tokens/ and activations/, unless `cache` says otherwise. */
const CACHE = "cache";

/**
 * Takes a sweep's folder, its cache and a run folder for each dictionary of its grid. What was given
 * goes before what config.json holds; another grid than that, and a run that was begun with other
 * settings, is refused with the differences.
 */
export async function openSweep(
  dir: string,
  given: Record<string, unknown>,
  context: Context,
): Promise<Sweep> {
  const saved = savedGrid(dir);
  const values = { ...saved, ...toLists(withConfigFile(sweepConfig, given)) };
  const config = checkConfig(sweepConfig, values) as unknown as SweepConfig;
  if (saved)
    refuseOtherGrid(dir, checkConfig(sweepConfig, saved) as unknown as SweepConfig, config);
  const cache = cacheOf(dir, config);
  const held: (() => void)[] = [];
  const release = () => {
    for (const letGo of held.splice(0)) letGo();
  };
  try {
    held.push(lockAll([dir, cache]));
    const widthAt = await widthsOf(config, cache, context);
    const points = gridPoints(config, widthAt);
    writeConfig(dir, config, Object.keys(config).filter(isKept));
    const runs: SweepRun[] = [];
    for (const point of points) {
      const settings = { ...point.config, cache };
      const run = openRun(runConfig, stages, join(dir, point.name), settings, [cache]);
      held.push(run.release);
      await recoverBundle(folders.bundle(run));
      runs.push({ name: point.name, run });
    }
    return { dir, config, runs, widthAt, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** What config.json says of a sweep; null when there is none. */
function savedGrid(dir: string): Record<string, unknown> | null {
  const saved = readConfig(dir);
  if (saved !== null && !isGrid(saved))
    throw new UsageError(`${dir}: holds a run, not a sweep: take another folder`);
  return saved;
}

function refuseOtherGrid(dir: string, saved: SweepConfig, config: SweepConfig): void {
  const changes = [...hookNames, ...sweptNames]
    .filter((name) => JSON.stringify(saved[name]) !== JSON.stringify(config[name]))
    .map((name) => `  ${name} ${format(saved[name])} (now ${format(config[name])})`);
  if (changes.length === 0) return;
  throw new UsageError(
    `${dir}: holds a sweep of another grid:\n${changes.join("\n")}\nTake another folder, or remove ${join(dir, "config.json")} and what is not to be kept.`,
  );
}

/** The model that a sweep with these settings would train on, before its grid is known. */
export async function sweptModel(
  dir: string,
  given: Record<string, unknown>,
  context: Context,
): Promise<ModelConfig> {
  const values = { ...savedGrid(dir), ...toLists(withConfigFile(sweepConfig, given)) };
  const config = checkConfig(sweepConfig, values) as unknown as SweepConfig;
  const cache = cacheOf(dir, config);
  const release = lockAll([dir, cache]);
  try {
    return await modelConfigOf(config, cache, context);
  } finally {
    release();
  }
}

function cacheOf(dir: string, { cache }: SweepConfig): string {
  return resolve(cache ?? join(dir, CACHE));
}

async function modelConfigOf(config: SweepConfig, cache: string, context: Context) {
  const describe = async (dir: string) => describedModel(dir, modelId(config));
  const { dir } = await modelOf({ config, cache }, context, describe);
  return (await describe(dir)).config;
}

/** The width of each hook that the model has; one that it lacks is refused. */
async function widthsOf(config: SweepConfig, cache: string, context: Context) {
  const model = await modelConfigOf(config, cache, context);
  const widthAt = (hook_name: string) => hookWidth(hook_name, model);
  for (const hook_name of config.hook_name_out) if (hook_name !== null) widthAt(hook_name);
  return widthAt;
}

/** Where it runs, and whom it tells, is asked anew each time. */
function isKept(name: string): boolean {
  return kept.includes(name) || !Object.hasOwn(groups.machine.Machine.shape, name);
}
