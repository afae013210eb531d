import "server-only";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type RunAnnouncement, type RunStatus, runAnnouncement } from "trainer/bundle";
import { hashFile, isInUse } from "trainer/bundle/files";

/** A run lies at most so deep below a runs folder: runs/SWEEP/runs/NAME. */
const DEPTH = 4;
/** what a run keeps beside run.json, and there may be much of it */
const inside = new Set(["activations", "tokens", "checkpoints", "bundle", "node_modules"]);

/** The folders below this one that hold a run.json. */
export async function findRuns(folder: string, depth = DEPTH): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter(
    (entry) => entry.isDirectory() && !inside.has(entry.name) && !entry.name.startsWith("."),
  );
  const found = entries.some((entry) => entry.name === "run.json") ? [folder] : [];
  if (depth === 0) return found;
  const deeper = below.map((entry) => findRuns(join(folder, entry.name), depth - 1));
  return [...found, ...(await Promise.all(deeper)).flat()];
}

/** What run.json says, or null: another version's may say something else. */
export async function readRun(dir: string): Promise<RunAnnouncement | null> {
  try {
    const parsed = runAnnouncement.safeParse(
      JSON.parse(await readFile(join(dir, "run.json"), "utf8")),
    );
    return parsed.success ? { ...parsed.data, dir } : null;
  } catch {
    return null; // just being removed
  }
}

/** Milliseconds since 1970 at which something of it was last written. */
export async function changedAt(dir: string): Promise<number> {
  const paths = ["run.json", "bundle/training.jsonl", "bundle/manifest.json"];
  const stats = await Promise.all(paths.map((path) => stat(join(dir, path)).catch(() => null)));
  return Math.max(0, ...stats.map((found) => found?.mtimeMs ?? 0));
}

/** What it is doing, as far as its folder shows; a run of a sweep is locked by the sweep. */
export async function readStatus(dir: string): Promise<RunStatus> {
  const made = (name: string) => existsSync(join(dir, "bundle", name));
  const isRunning = isInUse(dir) || isInUse(dirname(dir));
  const isSealed = made("manifest.json");
  const isTrained = made("cfg.json");
  return {
    state: isRunning ? "running" : isTrained ? "finished" : "stopped",
    stage: !isRunning || isSealed ? "" : stageOf(made),
    done: 0,
    total: 0,
    error: null,
    manifest_sha256: isSealed
      ? (await hashFile(join(dir, "bundle", "manifest.json"))).sha256
      : null,
  };
}

function stageOf(made: (name: string) => boolean): string {
  if (made("evaluation.json")) return "dashboard";
  if (made("cfg.json")) return "evaluate";
  return made("training.jsonl") ? "train" : "harvest";
}
