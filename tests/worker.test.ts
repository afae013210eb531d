import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { closeDb, db } from "../server/db.ts";
import { runIngestJob, unpackFolder } from "../server/jobs/ingest-job.ts";
import { MAX_ATTEMPTS } from "../server/jobs/job.ts";
import { listUnheld, whileHolding } from "../server/jobs/lock.ts";
import { tidy } from "../server/jobs/tidy.ts";
import { getFeature } from "../server/queries/features.ts";
import { getJob } from "../server/queries/jobs.ts";
import { storage, uploadKey } from "../server/storage.ts";
import { everythingKept, localOwner, tarOfFolder, tinyBundle } from "./hub.ts";

const workers: ChildProcess[] = [];

afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});
afterAll(closeDb);

function startWorker(): ChildProcess {
  const args = ["--conditions=react-server", "--import", "tsx", "server/jobs/worker.ts"];
  const worker = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  workers.push(worker);
  return worker;
}

async function exitOf(worker: ChildProcess): Promise<number | null> {
  if (worker.exitCode !== null || worker.signalCode !== null) return worker.exitCode;
  return new Promise((resolve) => worker.once("exit", resolve));
}

/** A job as an upload leaves it. */
async function createJob(name: string): Promise<string> {
  const id = randomUUID();
  const bytes = await tarOfFolder(await tinyBundle({ name }));
  await storage().put(uploadKey(id), Readable.from([bytes]));
  const upload = { create: { id, filename: `${name}.tar`, bytes: bytes.length, sha256: "" } };
  return (await db().job.create({ data: { upload } })).id;
}

/** Holds a table, so that an ingest comes as far as to need it and no further. */
async function hold(table: string, mode: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE`);
  return () => client.end();
}

async function waitsForLock(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'relation'
      AND datname = current_database()`;
  return rows.length > 0;
}

const soon = { timeout: 45_000, interval: 50 };
const stateOf = async (job: string) => (await getJob(localOwner, job))?.state;

describe.each([
  ["half of its tables are filled", "context", "ACCESS EXCLUSIVE"],
  ["its bundle is stored", "revision", "SHARE"],
])("a worker that is killed when %s", (_when, table, mode) => {
  test("leaves nothing that is seen, and the next worker does its job", async () => {
    const before = await everythingKept();
    const release = await hold(table, mode);
    const job = await createJob(`killed-${table}`);
    const killed = startWorker();
    await expect.poll(waitsForLock, soon).toBe(true);
    expect(await stateOf(job)).toBe("running");
    killed.kill("SIGKILL");
    await exitOf(killed);
    await release();

    await expect.poll(waitsForLock, soon).toBe(false);
    await expect
      .poll(async () => ({ ...(await everythingKept()), files: null }), soon)
      .toEqual({ ...before, files: null });
    const from = Date.now();
    startWorker();
    await expect.poll(() => stateOf(job), soon).toBe("done");
    expect(Date.now() - from).toBeLessThan(30_000);
    expect((await getFeature(null, "tiny", `killed-${table}`, 2))?.record.index).toBe(2);
    expect(await storage().list("uploads")).toEqual([]);
    expect(await readdir(unpackFolder())).toEqual([]);
  });
});

test("a killed worker's job is taken up by one that runs already", async () => {
  const release = await hold("context", "ACCESS EXCLUSIVE");
  const job = await createJob("taken-up");
  const killed = startWorker();
  await expect.poll(waitsForLock, soon).toBe(true);
  startWorker();
  killed.kill("SIGKILL");
  await exitOf(killed);
  await release();
  await expect.poll(() => stateOf(job), soon).toBe("done");
});

test("a worker that is asked to stop gives its job back uncounted and ends well", async () => {
  const release = await hold("context", "ACCESS EXCLUSIVE");
  const job = await createJob("stopped");
  const worker = startWorker();
  await expect.poll(waitsForLock, soon).toBe(true);
  worker.kill("SIGTERM");
  await release();
  expect(await exitOf(worker)).toBe(0);
  expect(await db().job.findUnique({ where: { id: job } })).toMatchObject({
    state: "waiting",
    attempts: 0,
  });
  expect(await readdir(unpackFolder())).toEqual([]);
  await db().job.delete({ where: { id: job } });
});

test("two workers do six jobs, each once", async () => {
  startWorker();
  startWorker();
  const jobs = await Promise.all(["a", "b", "c", "d", "e", "f"].map(createJob));
  for (const job of jobs) await expect.poll(() => stateOf(job), soon).toBe("done");
  const attempts = await db().job.findMany({
    where: { id: { in: jobs } },
    select: { attempts: true },
  });
  expect(attempts.map((job) => job.attempts)).toEqual([1, 1, 1, 1, 1, 1]);
});

test("a job that is held is not taken by another", async () => {
  const job = await createJob("held");
  await whileHolding(job, async () => {
    expect(await listUnheld()).not.toContain(job);
    await runIngestJob(job, new AbortController().signal);
    expect(await stateOf(job)).toBe("waiting");
  });
  await expect.poll(listUnheld, soon).toContain(job); // once the server has seen the connection close
  await runIngestJob(job, new AbortController().signal);
  expect(await stateOf(job)).toBe("done");
});

test("a job that ended with its worker too often is given up", async () => {
  const job = await createJob("hopeless");
  await db().job.update({
    where: { id: job },
    data: { state: "running", attempts: MAX_ATTEMPTS },
  });
  await runIngestJob(job, new AbortController().signal);
  expect(await getJob(localOwner, job)).toMatchObject({
    state: "failed",
    error: `given up after ${MAX_ATTEMPTS} attempts that did not end`,
  });
});

test("a job whose upload is gone fails with that reason", async () => {
  const job = await createJob("gone");
  for (const key of await storage().list("uploads")) await storage().delete(key);
  await runIngestJob(job, new AbortController().signal);
  expect((await getJob(localOwner, job))?.error).toBe(
    "the uploaded file is no longer there; upload it again",
  );
});

test("what no row names is tidied away at the second look, what a row names stays", async () => {
  const job = await createJob("waiting");
  const kept = await storage().list("");
  await storage().put("uploads/left", Readable.from([Buffer.from("x")]));
  await storage().put(`bundles/${"0".repeat(64)}.tar`, Readable.from([Buffer.from("x")]));
  await mkdir(join(unpackFolder(), randomUUID()), { recursive: true });
  await mkdir(join(unpackFolder(), job));
  const nameless = await tidy(new Set());
  expect((await storage().list("")).length).toBe(kept.length + 2);
  await tidy(nameless);
  expect(await storage().list("")).toEqual(kept);
  expect(await readdir(unpackFolder())).toEqual([job]);
});
