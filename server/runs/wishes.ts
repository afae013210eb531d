import "server-only";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { holderOf } from "trainer/bundle/files";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { readRun } from "./find.ts";
import { isRunId } from "./record.ts";

/*
 * Stopping runs and going on with them from their pages. The web server may be on another machine than a run,
 * so it only writes down what is wished; the worker that follows the run's folder does it.
 */

export type Wish = "stop" | "resume";

/** Writes down that the run shall be stopped or gone on with; null if there is no such run. */
export async function wishOf(id: string, wish: Wish): Promise<{ id: string } | null> {
  if (!isRunId(id)) return null;
  const run = await db().run.findUnique({ where: { id }, select: { state: true, followed: true } });
  if (!run) return null;
  if (!run.followed)
    throw new HttpError(
      409,
      "this run is known by its reports alone: it can be stopped on its own machine, with Ctrl-C",
    );
  if ((run.state === "running") !== (wish === "stop") || run.state === "finished")
    throw new HttpError(409, `a run that is ${run.state} cannot be asked to ${wish}`);
  await db().run.update({ where: { id }, data: { wish } });
  return { id };
}

/** Does what is wished of the runs in these folders, each once. `resumed` are the trainers that this process has started. */
export async function grantWishes(dirs: string[], resumed: Set<ChildProcess>): Promise<void> {
  const wished = await db().run.findMany({
    where: { wish: { not: null }, dir: { in: dirs } },
    select: { id: true, dir: true, sweep: true, wish: true },
  });
  for (const { id, dir, sweep, wish } of wished) {
    await db().run.update({ where: { id }, data: { wish: null } });
    if ((await readRun(dir))?.id !== id) continue; // another run's folder by now
    const whole = sweep === null ? dir : dirname(dir); // a sweep's runs stop and go on together
    if (wish === "stop") stop(whole);
    else resume(whole, resumed);
  }
}

/** As Ctrl-C does: it ends at a checkpoint. */
function stop(dir: string): void {
  const holder = holderOf(dir);
  if (holder !== null) process.kill(holder, "SIGINT");
}

const bin = resolve("trainer/bin/trainer.mjs");

function resume(dir: string, resumed: Set<ChildProcess>): void {
  if (holderOf(dir) !== null) return;
  const log = openSync(join(dir, "resume.log"), "w");
  const trainer = spawn(process.execPath, [bin, "resume", dir], { stdio: ["ignore", log, log] });
  closeSync(log);
  resumed.add(trainer);
  trainer.once("exit", () => resumed.delete(trainer));
}

/** Stops the trainers that this process has started, at a checkpoint; they can be gone on with again. */
export async function stopResumed(resumed: Set<ChildProcess>): Promise<void> {
  await Promise.all(
    [...resumed].map((trainer) => {
      const exit = once(trainer, "exit");
      trainer.kill("SIGINT");
      return exit;
    }),
  );
}
