import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { type RunAnnouncement, runAnnouncement } from "../../bundle/index.ts";
import { modelId } from "../../text/config.ts";
import { type RunConfig, sharedSettings } from "../config.ts";
import { isImported } from "../derived.ts";
import { importedSettings } from "../import/config.ts";
import type { Context } from "../verb.ts";
import { type Ending, Reporter } from "./reporter.ts";

type Run = { dir: string; config: RunConfig; isDone(stage: string): boolean };

/**
 * Does the work of a run while a hub is told of it, if one was named. The first thing that is done is
 * run.json, by which a hub on this machine finds the run without being told.
 */
export async function reported<T>(
  run: Run,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const announcement = announce(run.dir, run.config, null);
  const { report: hub, token } = run.config;
  if (hub === null) return work(context);
  const reporter = new Reporter(hub, token, context.say);
  const live = reporter.open(announcement);
  const report: Context["report"] = (progress) => {
    live.progress(progress);
    context.report(progress);
  };
  try {
    const done = await work({ ...context, report });
    live.end(endOf(run));
    return done;
  } catch (error) {
    live.end(brokenOff(error, context));
    throw error;
  } finally {
    await reporter.close();
  }
}

/** How a run ends whose work is done. */
export function endOf({ dir, isDone }: Pick<Run, "dir" | "isDone">): Ending {
  const state = isDone("train") ? "finished" : "stopped";
  return { state, error: null, manifest_sha256: sealedAs(dir) };
}

/** How a run ends that was stopped, or has failed. */
export function brokenOff(error: unknown, { signal }: Pick<Context, "signal">): Ending {
  if (signal.aborted) return { state: "stopped", error: null, manifest_sha256: null };
  const { message } = error as Error;
  return { state: "failed", error: message.slice(0, 4000), manifest_sha256: null };
}

/**
 * Writes run.json and gives what it holds. A run keeps its id for as long as its folder stays where
 * it is: a copy is another run.
 */
export function announce(
  dir: string,
  config: RunConfig,
  sweep: string | null,
  id?: string,
): RunAnnouncement {
  const path = join(dir, "run.json");
  const place = { host: hostname(), dir: resolve(dir) };
  const before = readAnnouncement(path);
  const isSame = before?.host === place.host && before.dir === place.dir;
  const { hook_name, hook_name_out, architecture, d_sae, k, train_tokens } = config;
  const imported = isImported(dir);
  const announcement: RunAnnouncement = {
    id: id ?? (isSame ? before.id : randomUUID()),
    name: config.name ?? basename(place.dir),
    sweep,
    ...place,
    model: modelId(config),
    hook_name,
    hook_name_out,
    architecture,
    d_sae,
    k: architecture.includes("topk") ? k : null,
    train_tokens: imported ? 0 : train_tokens,
    config: imported ? importedSettings(config) : sharedSettings(config),
  };
  writeFileSync(`${path}.tmp`, `${JSON.stringify(announcement, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
  return announcement;
}

function readAnnouncement(path: string): RunAnnouncement | null {
  if (!existsSync(path)) return null;
  try {
    return runAnnouncement.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null; // of another version: the run is announced anew
  }
}

/** The manifest's sha256, by which the hub knows the bundle; null before it is sealed. */
function sealedAs(dir: string): string | null {
  const path = join(dir, "bundle", "manifest.json");
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : null;
}
