import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, db } from "../server/db.ts";
import { getRun, listRuns } from "../server/queries/runs.ts";
import { type HubServer, serveHub } from "./hub-server.ts";
import { ended, startTrainer } from "./trainer.ts";

/*
 * `trainer run --report` against the hub's own handlers, without Next.
 */

const dir = mkdtempSync(join(tmpdir(), "report-"));
const token = "a-token-of-some-length";
let hub: HubServer;

beforeAll(async () => {
  process.env.RUN_TOKEN = token;
  writeFileSync(join(dir, "token"), `${token}\n`);
  hub = await serveHub();
});
afterAll(async () => {
  hub.close();
  await closeDb();
  rmSync(dir, { recursive: true });
});

/** The bundled model on a little of the bundled text. */
const settings = {
  cache: "cache",
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  d_sae: 128,
  k: 8,
  train_tokens: 100_000,
  train_batch_tokens: 512,
  log_every_steps: 5,
  checkpoint_every_steps: 20,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
};
const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
const call = (name: string) => [
  ...["run", name, ...flags, "--report", hub.address, "--token", "@token"],
];
const report = (name: string) => startTrainer(dir, call(name));

const logOf = (name: string) =>
  readFileSync(join(dir, name, "bundle/training.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { step: number; loss: number });
const idOf = (name: string) => JSON.parse(readFileSync(join(dir, name, "run.json"), "utf8")).id;
const stored = async (name: string) => {
  const where = { run_id: idOf(name) };
  const lines = await db().runLine.findMany({ where, orderBy: { step: "asc" } });
  return lines.map(({ step, loss }) => ({ step, loss }));
};
const logged = (name: string) => logOf(name).map(({ step, loss }) => ({ step, loss }));

test("a hub gets every line of a run, how it ended, and what it made, but not the token", async () => {
  const { status, stderr } = await ended(report("whole"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(await stored("whole")).toEqual(logged("whole"));
  const run = await getRun(null, idOf("whole"));
  expect(run).toMatchObject({ state: "finished", name: "whole", k: 8, model: "stories-2m" });
  expect(run?.config).toMatchObject({ d_sae: 128, model: "embedded" });
  for (const file of ["run.json", "config.json", "bundle/manifest.json"])
    expect(readFileSync(join(dir, "whole", file), "utf8")).not.toMatch(/token"|127\.0\.0\.1/);
  expect(JSON.stringify(run)).not.toContain(hub.address);
});

test("killed and gone on with, it is the same run with the same lines", async () => {
  // its training stands still while what it has logged is sent
  const trainer = startTrainer(dir, [...call("killed"), "--json"], {
    moment: {
      when: ({ stage, done, total }) => stage === "train topk" && done > total / 2,
      act: "freeze",
    },
  });
  const exit = ended(trainer);
  await expect.poll(() => stored("killed").catch(() => []), { timeout: 40_000 }).not.toEqual([]);
  trainer.kill("SIGKILL");
  expect((await exit).status).toBeNull();
  const before = idOf("killed");
  expect(await getRun(null, before)).toMatchObject({ state: "running" });
  expect((await ended(report("killed"))).status).toBe(0);
  expect(idOf("killed")).toBe(before);
  expect(await stored("killed")).toEqual(logged("killed"));
  expect(await stored("killed")).toEqual(await stored("whole"));
});

test("a hub that goes away is missed aloud once, and told everything when it is back", async () => {
  const { port } = hub;
  hub.close();
  const trainer = report("away");
  const over = ended(trainer);
  const missed = /report: .*nothing answers there; the work goes on/g;
  let said = "";
  trainer.stdout.on("data", (text) => {
    said += text;
  });
  await expect.poll(() => said, { timeout: 40_000 }).toMatch(missed);
  hub = await serveHub(port);
  expect((await over).status).toBe(0);
  expect(said.match(missed)).toHaveLength(1);
  expect(said).toContain("is reached again");
  expect(await stored("away")).toEqual(logged("away"));
  expect(await getRun(null, idOf("away"))).toMatchObject({ state: "finished" });
});

test("a hub that refuses the token costs the run nothing but the report", async () => {
  const { status, stdout } = await ended(
    startTrainer(dir, ["run", "whole", "--report", hub.address, "--token", "wrong"]),
  );
  expect(status).toBe(0);
  expect(stdout).toContain("takes no report: this token is not known here");
});

test("what cannot be an address or a token's file is said before any work", async () => {
  const before = (await listRuns(null)).length;
  const address = await ended(startTrainer(dir, ["run", "bad", "--report", "hub:3000"]));
  expect(address).toMatchObject({ status: 2 });
  expect(address.stderr).toContain("hub:3000: not an address");
  const file = ["run", "bad", "--report", "http://127.0.0.1:1", "--token", "@nowhere"];
  expect((await ended(startTrainer(dir, file))).stderr).toContain(
    "--token @nowhere: cannot be read",
  );
  expect((await listRuns(null)).length).toBe(before);
});
