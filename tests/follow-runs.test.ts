import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { startedAt } from "../scripts/processes.mjs";
import { closeDb, db } from "../server/db.ts";
import { getRun, listRuns } from "../server/queries/runs.ts";
import { findRuns, readRun } from "../server/runs/find.ts";
import { followRun } from "../server/runs/follow.ts";
import { setStatus } from "../server/runs/record.ts";
import { announcement, linesOf } from "./runs.ts";

const runs = mkdtempSync(join(tmpdir(), "runs-"));
let followed: Parameters<typeof followRun>[1];

beforeEach(async () => {
  followed = new Map();
  await db().run.deleteMany();
});
afterEach(() => {
  for (const dir of ["a", "widths"]) rmSync(join(runs, dir), { recursive: true, force: true });
});
afterAll(async () => {
  rmSync(runs, { recursive: true });
  await closeDb();
});

function makeRun(name: string, given: Parameters<typeof announcement>[0] = {}) {
  const dir = join(runs, name);
  const run = announcement({ dir, ...given });
  mkdirSync(join(dir, "bundle"), { recursive: true });
  writeFileSync(join(dir, "run.json"), JSON.stringify(run));
  return { ...run, ...given };
}
const write = (name: string, ...steps: number[]) =>
  appendFileSync(
    join(runs, name, "bundle/training.jsonl"),
    linesOf(...steps)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(""),
  );
const lock = (name: string, pid = process.pid) =>
  writeFileSync(join(runs, name, "lock.json"), JSON.stringify({ pid, started: startedAt(pid) }));

async function look(): Promise<void> {
  for (const dir of await findRuns(runs)) {
    const run = await readRun(dir);
    if (run) await followRun(run, followed);
  }
}

test("a run that trains in a folder is seen, line by line, until it is done", async () => {
  const { id } = makeRun("a");
  lock("a");
  await look();
  expect(await getRun(null, id)).toMatchObject({
    state: "running",
    stage: "harvest",
    latest: null,
  });
  write("a", 10, 20);
  await look();
  expect(await getRun(null, id)).toMatchObject({ stage: "train", latest: { step: 20 } });
  write("a", 30);
  writeFileSync(join(runs, "a/bundle/cfg.json"), "{}");
  await look();
  expect(await getRun(null, id)).toMatchObject({ stage: "evaluate", latest: { step: 30 } });
  rmSync(join(runs, "a/lock.json"));
  await look();
  expect(await getRun(null, id)).toMatchObject({ state: "finished", stage: "" });
});

test("one whose process is gone is stopped, and goes on when another takes it up", async () => {
  const { id } = makeRun("a");
  lock("a", 2 ** 22 - 1);
  write("a", 10, 20);
  await look();
  expect(await getRun(null, id)).toMatchObject({ state: "stopped", latest: { step: 20 } });
  lock("a");
  await look();
  expect(await getRun(null, id)).toMatchObject({ state: "running" });
});

test("what a trainer has said of a run that ended is not overwritten", async () => {
  const { id } = makeRun("a");
  write("a", 10);
  await look();
  const failed = {
    state: "failed",
    stage: "train",
    done: 0,
    total: 0,
    error: "it diverged",
  } as const;
  await setStatus(id, { ...failed, manifest_sha256: null });
  followed = new Map();
  await look();
  expect(await getRun(null, id)).toMatchObject({ state: "failed", error: "it diverged" });
});

test("a run of a sweep runs while the sweep's folder is in use", async () => {
  const { id } = makeRun("widths/w256", { sweep: "widths" });
  lock("widths");
  await look();
  expect(await listRuns(null, { sweep: "widths" })).toMatchObject([{ id, state: "running" }]);
});

test("a folder that was copied or moved is shown where it is", async () => {
  const { id } = makeRun("a", { dir: "/elsewhere" });
  await look();
  expect((await getRun(null, id))?.dir).toBe(join(runs, "a"));
});

test("a run.json that is none, and folders without one, are passed over", async () => {
  makeRun("a");
  writeFileSync(join(runs, "a/run.json"), "{");
  mkdirSync(join(runs, "widths/checkpoints"), { recursive: true });
  await look();
  expect(await listRuns(null)).toEqual([]);
  expect(await findRuns(join(runs, "nowhere"))).toEqual([]);
});
