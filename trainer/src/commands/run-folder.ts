import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../bundle/index.ts";
import { lockFolder } from "../bundle/lock.ts";
import { checkConfig, format } from "./flags.ts";

/** What is no stage's, changes no result and is kept all the same. */
export const kept = ["cache", "cache_limit_gb"];

/** A step on the way from text to bundle, as far as its folder shows it. */
export type Stage = {
  name: string;
  config: z.ZodObject;
  /** cache: what the stage makes may be shared between runs */
  place: "cache" | "run";
  /** what it writes last under a configuration: with all of them the stage is done */
  marks(config: Record<string, unknown>): string[];
  /** settings that stand in the marks' names: another value makes another thing beside what is there */
  chosen?: string[];
  /** a folder that is not empty once the stage has begun and can go on from there */
  begun?: string;
};

export type Run<Config> = {
  dir: string;
  /** where tokens/ and activations/ are */
  cache: string;
  config: Config;
  isDone(stage: string): boolean;
  release(): void;
};

/**
 * Takes a run folder for this process. What was given goes before what config.json holds, and that
 * before the defaults; a stage that was done with other values is a UsageError that lists them.
 * Only the settings of stages, and those of `kept`, are kept for the next time. Folders in `held`,
 * given by their whole paths, are this process's already.
 */
export function openRun<S extends z.ZodObject>(
  schema: S,
  stages: Stage[],
  dir: string,
  given: Record<string, unknown>,
  held: string[] = [],
): Run<z.output<S>> {
  const config = checkConfig(schema, { ...readConfig(dir), ...given });
  const cache = typeof config.cache === "string" ? config.cache : dir;
  const shared = resolve(cache) !== resolve(dir);
  const wanted = shared ? [dir, cache] : [dir];
  const release = lockAll(wanted.filter((folder) => !held.includes(resolve(folder))));
  const placeOf = (stage: Stage) => (stage.place === "cache" ? cache : dir);
  try {
    for (const stage of stages) refuseChanges(schema, stages, stage, placeOf, config);
    writeConfig(dir, config, [...keysOf(stages), ...kept]);
    if (shared) writeConfig(cache, config, keysOf(stages.filter(({ place }) => place === "cache")));
  } catch (error) {
    release();
    throw error;
  }
  return {
    dir,
    cache,
    config,
    isDone: (name) =>
      stages.some((stage) => stage.name === name && isDone(stage, placeOf(stage), config)),
    release,
  };
}

/** Takes folders for this process, and gives what lets go of them. */
export function lockAll(dirs: string[]): () => void {
  const held: (() => void)[] = [];
  const release = () => {
    for (const letGo of held.splice(0)) letGo();
  };
  try {
    for (const dir of dirs) {
      mkdirSync(dir, { recursive: true });
      held.push(lockFolder(dir));
    }
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function refuseChanges(
  schema: z.ZodObject,
  stages: Stage[],
  stage: Stage,
  placeOf: (stage: Stage) => string,
  config: Record<string, unknown>,
): void {
  const place = placeOf(stage);
  const traces = tracesOf(stage, place, config);
  if (traces.length === 0) return;
  const at = stages.indexOf(stage);
  const saved = readConfig(place);
  if (saved === null) throw new UsageError(`${traces[0]} is there, but no config.json`);
  const made: Record<string, unknown> = checkConfig(schema, saved);
  const changes = keysOf(stages.slice(0, at + 1))
    .filter((key) => !stage.chosen?.includes(key))
    .filter((key) => JSON.stringify(made[key]) !== JSON.stringify(config[key]))
    .map((key) => `  ${key} ${format(made[key])} (now ${format(config[key])})`);
  if (changes.length === 0) return;
  const inTheWay = stages.slice(at).flatMap((later) => tracesOf(later, placeOf(later), config));
  throw new UsageError(
    `${place}: ${stage.name} ran with another configuration:\n${changes.join("\n")}\n` +
      `Take another folder, or remove ${inTheWay.join(", ")} to make it anew.`,
  );
}

/** The paths that show that a stage is done or has begun. */
function tracesOf(stage: Stage, place: string, config: Record<string, unknown>): string[] {
  const { begun, marks } = stage;
  const path = begun && join(place, begun);
  const started = path && existsSync(path) && readdirSync(path).length > 0 ? [path] : [];
  const done = isDone(stage, place, config) ? marks(config).map((mark) => join(place, mark)) : [];
  return [...done.filter((mark) => !started.some((dir) => mark.startsWith(dir))), ...started];
}

function isDone({ marks }: Stage, place: string, config: Record<string, unknown>): boolean {
  return marks(config).every((mark) => existsSync(join(place, mark)));
}

function keysOf(stages: Stage[]): string[] {
  return stages.flatMap(({ config }) => Object.keys(config.shape));
}

export function readConfig(dir: string): Record<string, unknown> | null {
  const path = join(dir, "config.json");
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UsageError(`${path}: not JSON`, { cause });
  }
}

/** Tells the config.json of a sweep from that of a run. */
export function isGrid(saved: Record<string, unknown>): boolean {
  return Array.isArray(saved.hook_name);
}

export function writeConfig(dir: string, config: Record<string, unknown>, keys: string[]): void {
  const path = join(dir, "config.json");
  const saved = Object.fromEntries(keys.map((key) => [key, config[key]]));
  writeFileSync(`${path}.tmp`, `${JSON.stringify(saved, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
}
