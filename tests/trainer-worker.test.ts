import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, manifest } from "trainer/bundle";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "../scripts/ports.mjs";
import { closeDb, db } from "../server/db.ts";
import { getSweep } from "../server/queries/sweeps.ts";
import { type HubServer, serveHub } from "./hub-server.ts";
import { ended, type Line, startTrainer } from "./trainer.ts";

/*
 * `trainer sweep --to` and `trainer worker` against the hub's own handlers, without Next.
 */

const dir = mkdtempSync(join(tmpdir(), "worker-"));
const workers: ChildProcess[] = [];
let hub: HubServer;

beforeAll(async () => {
  hub = await serveHub();
});
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});
afterAll(async () => {
  hub.close();
  await closeDb();
  rmSync(dir, { recursive: true });
});

/** Two hooks and two dictionaries at each, on a little of the bundled text. */
const grid = {
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  d_sae: 128,
  train_tokens: 51_200, // 100 steps, the last of which is logged
  train_batch_tokens: 512,
  log_every_steps: 5,
  fvu_every_steps: 10,
  checkpoint_every_steps: 20,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
};
const hooks = ["blocks.1.hook_resid_post", "blocks.4.hook_resid_post"];
const small = Object.entries(grid).flatMap(([name, value]) => [`--${name}`, String(value)]);
const flags = [...small, ...hooks.flatMap((hook) => ["--hook_name", hook]), "--k", "4", "--k", "8"];

const isHalfTrained = ({ stage, done, total }: Line) => stage === "train sweep" && done > total / 2;

/** A worker that ends when no group waits or, given what then happens, half-way through its first. */
function work(name: string, act?: "SIGINT" | "freeze") {
  const call = ["worker", "--hub", hub.address, "--dir", name];
  const worker = act
    ? startTrainer(dir, [...call, "--json"], { moment: { when: isHalfTrained, act } })
    : startTrainer(dir, [...call, "--once"]);
  workers.push(worker);
  return worker;
}

const groups = async (sweep: string) => (await getSweep(null, sweep))?.groups ?? [];
const runs = async (sweep: string) => (await getSweep(null, sweep))?.runs ?? [];
const soon = { timeout: 50_000, interval: 100 };

/** What each bundle is made of, by the dictionary's name. */
async function storedFiles(): Promise<Record<string, Manifest["files"]>> {
  const rows = await db().revision.findMany({ select: { manifest: true } });
  const manifests = rows.map((row) => manifest.parse(row.manifest));
  return Object.fromEntries(manifests.map(({ name, files }) => [name, files]));
}

test("what a killed worker leaves another ends, with the bytes of a sweep that nobody interrupted", {
  timeout: 240_000,
}, async () => {
  const sent = await ended(
    startTrainer(dir, ["sweep", "two-hooks", ...flags, "--to", hub.address]),
  );
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  expect(sent.stdout).toContain(`queued in 2 groups: ${hub.address}/runs/sweep/two-hooks`);

  const killed = work("first", "freeze");
  const isTraining = async () => (await runs("two-hooks")).some(({ latest }) => latest !== null);
  await expect.poll(isTraining, soon).toBe(true);
  const before = (await runs("two-hooks")).map(({ id, name }) => ({ id, name }));
  killed.kill("SIGKILL");
  expect((await ended(killed)).status).toBeNull();
  expect((await groups("two-hooks")).map(({ state }) => state)).toEqual(["running", "waiting"]);
  await db().sweepGroup.updateMany({
    where: { state: "running" },
    data: { lease_until: new Date(0) }, // a minute later
  });

  const second = await ended(work("second"));
  expect(second).toMatchObject({ status: 0, stderr: "" });
  expect(second.stdout).toContain("2 groups done, 0 attempts failed");
  expect(await groups("two-hooks")).toMatchObject([
    { state: "done", attempts: 2 },
    { state: "done", attempts: 1 },
  ]);
  const after = await runs("two-hooks");
  expect(after).toHaveLength(4);
  expect(after.map(({ id, name }) => ({ id, name }))).toEqual(expect.arrayContaining(before));
  for (const run of after) {
    expect(run.state).toBe("finished");
    expect(run.dictionary).toEqual({ model: "stories-2m", slug: run.name });
    expect(run.latest?.tokens).toBe(grid.train_tokens);
  }

  expect((await ended(startTrainer(dir, ["sweep", "alone", ...flags]))).status).toBe(0);
  const alone = Object.fromEntries(
    after.map(({ name }) => {
      const path = join(dir, "alone", name, "bundle/manifest.json");
      return [name, manifest.parse(JSON.parse(readFileSync(path, "utf8"))).files];
    }),
  );
  expect(await storedFiles()).toEqual(alone);
});

test("a worker that is told to stop gives its group back, and goes on with it later", {
  timeout: 120_000,
}, async () => {
  await ended(startTrainer(dir, ["sweep", "stopped", ...small, "--k", "2", "--to", hub.address]));
  expect(await ended(work("stopping", "SIGINT"))).toMatchObject({ status: 130 });
  expect((await groups("stopped")).map(({ state, attempts }) => [state, attempts])).toEqual([
    ["waiting", 0],
  ]);
  expect((await ended(work("stopping"))).status).toBe(0);
  expect((await groups("stopped")).map(({ state }) => state)).toEqual(["done"]);
});

test("a group that cannot be trained is tried three times, and its reason is kept", async () => {
  const impossible = ["--hook_name", "blocks.9.hook_resid_post", "--k", "4"];
  await ended(startTrainer(dir, ["sweep", "impossible", ...impossible, "--to", hub.address]));
  const { status, stdout } = await ended(work("trying"));
  expect(status).toBe(0);
  expect(stdout).toContain("0 groups done, 3 attempts failed");
  expect(await groups("impossible")).toMatchObject([
    { state: "failed", attempts: 3, error: expect.stringContaining("blocks.9.hook_resid_post") },
  ]);
});

test("a grid that is none, and a hub that is none, are said before anything is sent", async () => {
  const wrong = ["sweep", "wrong", "--k", "64", "--d_sae", "32", "--to", hub.address];
  const grid = await ended(startTrainer(dir, wrong));
  expect(grid.status).toBe(2);
  expect(grid.stderr).toContain("--k 64");
  expect(await getSweep(null, "wrong")).toBeNull();
  const nobody = ["sweep", "x", "--k", "4", "--to", `http://127.0.0.1:${await freePort()}`];
  const away = await ended(startTrainer(dir, nobody));
  expect(away).toMatchObject({ status: 1 });
  expect(away.stderr).toMatch(/^trainer: http:.*: nothing answers there\n$/);
});
