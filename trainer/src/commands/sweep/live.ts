import { basename, resolve } from "node:path";
import type { Report } from "../../bundle/index.ts";
import { announce, brokenOff, endOf } from "../report/live-run.ts";
import { type LiveRun, Reporter } from "../report/reporter.ts";
import type { Context } from "../verb.ts";
import type { Sweep } from "./folder.ts";

/** A hub is told of each run of a sweep, if one was named. */
export type LiveSweep = {
  /** what a run tells besides what all of them tell together */
  reportOf(name: string): Report;
  diverged(name: string, message: string): void;
};

/** What a sweep of a hub's queue has from there: its name, the ids of its runs, and who wants its bundles. */
export type QueuedSweep = {
  name?: string;
  runId?(name: string): string;
  /** a bundle is whole */
  sealed?(dir: string): Promise<void>;
};

/** Does the work of a sweep while a hub is told of its runs. */
export async function reportedSweep<T>(
  { dir, config, runs }: Sweep,
  { name: sweep = sweepName(dir), runId }: QueuedSweep,
  context: Context,
  work: (live: LiveSweep) => Promise<T>,
): Promise<T> {
  const { report: hub, token } = config;
  const reporter = hub === null ? null : new Reporter(hub, token, context.say);
  const told = new Map<string, LiveRun>();
  for (const { name, run } of runs) {
    const announcement = announce(run.dir, run.config, sweep, runId?.(name));
    if (reporter) told.set(name, reporter.open(announcement));
  }
  const live: LiveSweep = {
    reportOf: (name) => told.get(name)?.progress ?? (() => {}),
    diverged(name, message) {
      told.get(name)?.end(brokenOff(new Error(message), context));
      told.delete(name);
    },
  };
  try {
    const done = await work(live);
    for (const { name, run } of runs) told.get(name)?.end(endOf(run));
    return done;
  } catch (error) {
    for (const live of told.values()) live.end(brokenOff(error, context));
    throw error;
  } finally {
    await reporter?.close();
  }
}

/** A folder's name as it can stand in an address. */
export function sweepName(dir: string): string {
  const name = basename(resolve(dir)).toLowerCase();
  return name.replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "") || "sweep";
}
