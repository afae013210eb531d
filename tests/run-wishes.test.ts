import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { POST } from "../app/api/v1/runs/[run]/wish/route.ts";
import { closeDb, db } from "../server/db.ts";
import { getRun } from "../server/queries/runs.ts";
import { findRuns, readRun } from "../server/runs/find.ts";
import { followRun } from "../server/runs/follow.ts";
import { announceRun } from "../server/runs/record.ts";
import { grantWishes, stopResumed } from "../server/runs/wishes.ts";
import { announcement } from "./runs.ts";
import { ended, startTrainer } from "./trainer.ts";

const runs = mkdtempSync(join(tmpdir(), "runs-"));
const resumed = new Set<ChildProcess>();
afterAll(async () => {
  await stopResumed(resumed);
  rmSync(runs, { recursive: true });
  await closeDb();
});

const host = "127.0.0.1:3000";
async function ask(id: string, wish: string, headers: Record<string, string> = { host }) {
  const request = new Request(`http://${host}/api/v1/runs/${id}/wish`, {
    method: "POST",
    headers,
    body: JSON.stringify({ wish }),
  });
  const response = await POST(request, { params: Promise.resolve({ run: id }) });
  return { status: response.status, text: await response.text() };
}

const followed: Parameters<typeof followRun>[1] = new Map();
async function look(): Promise<string[]> {
  const dirs = await findRuns(runs);
  for (const dir of dirs) {
    const run = await readRun(dir);
    if (run) await followRun(run, followed);
  }
  return dirs;
}

test("a run is stopped at a checkpoint and gone on with, as its page asks", async () => {
  const settings = ["--max_tokens", "200000", "--train_tokens", "60000000", "--d_sae", "64"];
  const dir = join(runs, "long");
  const trainer = startTrainer(runs, ["run", dir, ...settings, "--architecture", "topk"]);
  const end = ended(trainer);
  const log = join(dir, "bundle/training.jsonl");
  await expect
    .poll(() => existsSync(log) && readFileSync(log, "utf8"), { timeout: 50_000 })
    .toMatch(/./);
  const dirs = await look();
  const id = (await readRun(dir))?.id ?? "";
  expect(await getRun(null, id)).toMatchObject({ state: "running", followed: true, wish: null });
  expect((await ask(id, "resume")).text).toContain(
    "a run that is running cannot be asked to resume",
  );
  expect((await ask(id, "stop")).status).toBe(200);
  expect(await getRun(null, id)).toMatchObject({ wish: "stop" });
  await grantWishes(dirs, resumed);
  expect((await end).status).toBe(130);
  await look();
  expect(await getRun(null, id)).toMatchObject({ state: "stopped", wish: null });

  const step = (await getRun(null, id))?.latest?.step ?? 0;
  expect((await ask(id, "resume")).status).toBe(200);
  await grantWishes(dirs, resumed);
  const [again] = [...resumed];
  const seen = async () => {
    await look();
    return (await getRun(null, id))?.latest?.step ?? 0;
  };
  await expect.poll(seen, { timeout: 50_000 }).toBeGreaterThan(step);
  const exit = once(again as ChildProcess, "exit");
  await stopResumed(resumed);
  expect((await exit)[0]).toBe(130);
});

test("what cannot be done is refused with the reason", async () => {
  const elsewhere = announcement({ host: hostname() });
  await announceRun(elsewhere);
  expect(await ask(elsewhere.id, "stop")).toMatchObject({ status: 409 });
  expect((await ask(elsewhere.id, "stop")).text).toContain("known by its reports alone");
  expect(await ask(elsewhere.id, "halt")).toMatchObject({ status: 400 });
  expect(await ask("00000000-0000-4000-8000-000000000000", "stop")).toMatchObject({ status: 404 });
  expect(await ask(elsewhere.id, "stop", { host: "hub.example" })).toMatchObject({ status: 403 });
});

test("a wish for a run whose folder holds another by now is dropped", async () => {
  const dir = join(runs, "gone");
  mkdirSync(dir);
  const run = announcement({ dir });
  await announceRun(run, "running", { followed: true });
  expect((await ask(run.id, "stop")).status).toBe(200);
  await grantWishes([dir], resumed);
  expect(await db().run.findUnique({ where: { id: run.id } })).toMatchObject({ wish: null });
});
