import "server-only";
import type { ChildProcess } from "node:child_process";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunAnnouncement, RunState } from "trainer/bundle";
import { LogFollower } from "trainer/bundle/files";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { HttpError } from "../http.ts";
import { whileHolding } from "../jobs/lock.ts";
import { changedAt, findRuns, readRun, readStatus } from "./find.ts";
import { announceRun, setStatus, storeLines } from "./record.ts";
import { grantWishes, stopResumed } from "./wishes.ts";

/*
 * Runs that are trained on this machine show without being reported: their folders are looked for in
 * RUNS_DIR, and their training.jsonl is followed.
 */

const EVERY_MS = 1000;
const LOOKS_TO_SEARCH = 5;
/** A state is written again when nobody has said so for so long: the trainer may report by itself. */
const HEARTBEAT_MS = 10_000;

type Followed = { run: RunAnnouncement; log: LogFollower; state: RunState; stage: string };

/** Follows the runs of this machine until it is told to stop; one process of a machine does. */
export async function followRuns(signal: AbortSignal): Promise<void> {
  const folders = env().RUNS_DIR;
  if (folders.length === 0) return;
  while (!signal.aborted) {
    await whileHolding(`runs of ${hostname()}: ${folders.join(" ")}`, () =>
      look(folders, signal),
    ).catch((error) => console.error(`the runs: ${error}`)); // e.g. the database is restarting
    await sleep(LOOKS_TO_SEARCH * EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function look(folders: string[], signal: AbortSignal): Promise<void> {
  const followed = new Map<string, Followed>();
  const resumed = new Set<ChildProcess>();
  let all: string[] = [];
  for (let i = 0; !signal.aborted; i++) {
    const isSearch = i % LOOKS_TO_SEARCH === 0;
    if (isSearch) all = (await Promise.all(folders.map((folder) => findRuns(folder)))).flat();
    const dirs = isSearch
      ? all
      : [...followed.keys()].filter((dir) => followed.get(dir)?.state === "running");
    for (const dir of dirs) {
      const run = await readRun(dir);
      if (run) await followRun(run, followed);
    }
    await grantWishes(all, resumed);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
  }
  await stopResumed(resumed);
}

/** Writes down what is new of a run since the last look. */
export async function followRun(
  run: RunAnnouncement,
  followed: Map<string, Followed>,
): Promise<void> {
  const status = await readStatus(run.dir);
  const { state, stage } = status;
  const row = await db().run.findUnique({ where: { id: run.id } });
  if (row && row.state !== "running" && state !== "running")
    if ((await changedAt(run.dir)) < row.heard_at.getTime()) return; // nothing since it ended
  let known = followed.get(run.dir);
  if (known?.run.id !== run.id || !row || (state === "running" && known.state !== state)) {
    const { last_step } = await announceRun(run, state, { followed: true });
    const log = new LogFollower(join(run.dir, "bundle", "training.jsonl"), last_step);
    known = { run, log, state, stage: "" };
    followed.set(run.dir, known);
  }
  const isTold = await storeNewLines(known);
  if (!isTold) followed.delete(run.dir);
  const isDue = !row || Date.now() - row.heard_at.getTime() > HEARTBEAT_MS;
  if (isDue || row.state !== state || known.stage !== stage) await setStatus(run.id, status);
  Object.assign(known, { state, stage });
}

/** False when another one wrote in between: then it has to be compared anew. */
async function storeNewLines({ run, log }: Followed): Promise<boolean> {
  try {
    for (let next = await log.next(); next; next = await log.next()) {
      await storeLines(run.id, next.batch);
      next.took();
    }
    return true;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}
