import { randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ImportProvenance, Manifest } from "trainer/bundle";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST as postImport } from "../app/api/v1/imports/route.ts";
import { POST as postAnswer } from "../app/api/v1/jobs/[id]/answer/route.ts";
import { POST as postCancel } from "../app/api/v1/jobs/[id]/cancel/route.ts";
import { answerJob } from "../server/changes/jobs.ts";
import { closeDb, db } from "../server/db.ts";
import { runImportJob } from "../server/jobs/import-job.ts";
import { runIngestJob } from "../server/jobs/ingest-job.ts";
import { runInspectJob } from "../server/jobs/inspect-job.ts";
import { listUnheld } from "../server/jobs/lock.ts";
import { tidy } from "../server/jobs/tidy.ts";
import { runTrainer } from "../server/jobs/trainer-child.ts";
import { getSummary, listDictionaries } from "../server/queries/dictionaries.ts";
import { getJob, listJobs } from "../server/queries/jobs.ts";
import { storage, uploadKey } from "../server/storage.ts";
import { tarOf } from "../trainer/fixtures/archives.ts";
import { ingest, localOwner, tinyBundle } from "./hub.ts";

Object.assign(process.env, {
  IMPORT_SECONDS: "3",
  IMPORT_BYTES: "50000000",
  RUN_TOKEN: "x".repeat(20),
});

const program = join(import.meta.dirname, "stand-in-trainer.mjs");
const signal = new AbortController().signal;
const host = "127.0.0.1:3000";
const home = process.env.HOME;

beforeAll(async () => {
  process.env.HOME = await tinyBundle(); // which the stand-in makes every dictionary
});
afterAll(async () => {
  process.env.HOME = home;
  await closeDb();
});

/** The job of an upload that says what the stand-in does. */
async function sent(
  text: string,
  filename = "ae.pt",
  bytes: Buffer = Buffer.from(text),
): Promise<string> {
  const id = randomUUID();
  await storage().put(uploadKey(id), Readable.from([bytes]));
  const upload = { create: { id, filename, bytes: bytes.length, sha256: "", user_id: "local" } };
  return (await db().job.create({ data: { upload } })).id;
}

/** The same, looked into. */
async function asked(text: string): Promise<string> {
  const job = await sent(text);
  await runIngestJob(job, signal);
  await runInspectJob(job, signal, program);
  return job;
}

type Route = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
async function post(route: Route, id: string, body: object = {}) {
  const init = { method: "POST", headers: { host }, body: JSON.stringify(body) };
  const response = await route(new Request(`http://${host}/api/v1/jobs/${id}`, init), {
    params: Promise.resolve({ id }),
  });
  return { status: response.status, text: await response.text() };
}

const other = { id: "other", name: "other", role: "member" } as const;
const look = (job: string) => getJob(localOwner, job);
const reading = { hook_name: "blocks.1.hook_resid_post", model: "stories-2m" };
const answer = { where: "ae.pt", reading };

describe("an upload that is no bundle", () => {
  test("is looked into, and its job asks how it is read", async () => {
    const job = await sent("dictionary");
    await runIngestJob(job, signal);
    expect(await look(job)).toMatchObject({ state: "waiting", work: "inspect", question: null });
    expect(await listUnheld("inspect")).toContain(job);
    expect(await listUnheld("ingest")).not.toContain(job);
    await runInspectJob(job, signal, program);
    const view = await look(job);
    expect(view).toMatchObject({ state: "asking", error: null });
    expect(view?.question).toMatchObject({ answer: null, check: null });
    expect(view?.question?.found[0]?.tensors[0]?.name).toBe("W\uFFFDenc");
    expect((await listJobs(localOwner)).map(({ id }) => id)).toContain(job);
    expect([await listJobs(other), await getJob(other, job), await listJobs(null)]).toEqual([
      [],
      null,
      [],
    ]);
    await tidy(await tidy(new Set()));
    expect(
      await storage().size(
        uploadKey((await db().job.findUniqueOrThrow({ where: { id: job } })).upload_id),
      ),
    ).not.toBeNull();
  });

  test("is looked into when it is an archive, too", async () => {
    const job = await sent(
      "",
      "sae.tar",
      await tarOf([{ name: "a/ae.pt", data: Buffer.from("x") }]),
    );
    await runIngestJob(job, signal);
    expect(await look(job)).toMatchObject({ work: "inspect" });
  });

  test("fails with the reason when nothing is found, and leaves nothing", async () => {
    const job = await asked("nothing");
    expect(await look(job)).toMatchObject({ state: "failed", error: "ae.pt: holds no dictionary" });
    expect(await readdir(join(process.env.DATA_DIR as string, "imports"))).not.toContain(job);
  });

  test("is read by a program that knows nothing of the hub's secrets", async () => {
    const error = (await look(await asked("environment")))?.error ?? "";
    expect(error).toContain("HF_TOKEN_PATH");
    for (const secret of ["DATABASE_URL", "RUN_TOKEN", "DATA_DIR"])
      expect(error.split(" ")).not.toContain(secret);
  });

  test("cannot take the memory of the machine", async () => {
    const cwd = process.env.DATA_DIR as string;
    const file = join(cwd, "memory.pt");
    await writeFile(file, "memory");
    const bounds = { seconds: 30, heap_mb: 64, disk_bytes: 1e9 };
    const run = runTrainer(["inspect", file], {
      ...{ program, cwd, env: {}, signal, report: () => {} },
      ...bounds,
    });
    await expect(run).rejects.toThrow("it took more than 64 MiB of memory and was stopped");
  });
});

describe("an answer", () => {
  test("must say what the files do not, and nothing that cannot be", async () => {
    const job = await asked("dictionary");
    const say = (body: object) => post(postAnswer, job, body);
    expect(await say({ where: "ae.pt", reading: {} })).toMatchObject({ status: 422 });
    expect((await say({ where: "ae.pt", reading: {} })).text).toContain(
      "hook_name: the files do not",
    );
    expect((await say({ ...answer, where: "x" })).text).toContain("expected one of ae.pt");
    // the file names a folder of this machine as its model
    const withoutModel = { where: "ae.pt", reading: { hook_name: reading.hook_name } };
    expect(await say(withoutModel)).toMatchObject({ status: 400 });
    expect((await say({ ...answer, reading: { ...reading, k: 1.5 } })).text).toContain("reading.k");
    expect(await look(job)).toMatchObject({ state: "asking" });
    const given = { ...answer, name: null, accept: false };
    expect(await answerJob(other, job, given)).toBeNull();
    expect(await say(answer)).toMatchObject({ status: 200 });
    expect(await say(answer)).toMatchObject({ status: 409 });
    expect(await look(job)).toMatchObject({ state: "waiting", work: "import" });
  });

  test("that another reading beats is asked about again, with the check, and kept when it is accepted", async () => {
    const job = await asked("dictionary");
    await post(postAnswer, job, { ...answer, visibility: "unlisted" });
    await runImportJob(job, signal, program);
    const view = await look(job);
    expect(view).toMatchObject({ state: "asking", error: expect.stringContaining("b_dec not") });
    expect(view?.question?.check?.alternatives[0]?.change).toEqual({ subtract_b_dec: false });
    expect(view?.question?.answer?.reading).toMatchObject({ ...reading, k: 2 });
    await post(postAnswer, job, { ...answer, accept: true });
    await runImportJob(job, signal, program);
    expect(await look(job)).toMatchObject({ state: "done", result: "/tiny/res1-2x-topk2" });
    expect(await db().dictionary.findFirst()).toMatchObject({ visibility: "unlisted" });
    expect(await readdir(join(process.env.DATA_DIR as string, "imports"))).not.toContain(job);
  });

  test("with a name that another's dictionary has is refused before it is imported", async () => {
    const job = await asked("dictionary");
    const { upload_id } = await db().job.findUniqueOrThrow({ where: { id: job } });
    await db().user.create({ data: { id: "ann", name: "ann", email: "ann@example.org" } });
    await db().upload.update({ where: { id: upload_id }, data: { user_id: "ann" } });
    const taken = { ...answer, name: "res1-2x-topk2", reading: { ...reading, model: "tiny" } };
    expect(await post(postAnswer, job, taken)).toMatchObject({
      status: 422,
      text: expect.stringContaining("is taken by another's dictionary of tiny"),
    });
  });

  test("whose model is not here is asked about again, with what brings it", async () => {
    const job = await asked("dictionary");
    await post(postAnswer, job, { ...answer, reading: { ...reading, model: "elsewhere" } });
    await runImportJob(job, signal, program);
    expect(await look(job)).toMatchObject({
      state: "asking",
      error: expect.stringMatching(/elsewhere is not installed .* ORG\/NAME/),
    });
  });
});

describe("an import", () => {
  test("that takes too long is stopped, and can be tried again", async () => {
    const job = await asked("hang");
    await post(postAnswer, job, { ...answer, where: "ae.pt" });
    await runImportJob(job, signal, program);
    expect(await look(job)).toMatchObject({
      state: "asking",
      error: "it took longer than 3 s and was stopped",
    });
  });

  test("is cancelled from its page, and what was sent is removed", async () => {
    const job = await asked("hang");
    await post(postAnswer, job, answer);
    const working = runImportJob(job, signal, program);
    await expect.poll(async () => (await look(job))?.step).toBe("hang");
    expect(await post(postCancel, job)).toMatchObject({ status: 200 });
    await working;
    expect(await look(job)).toMatchObject({ state: "failed", error: "cancelled" });
    expect(await post(postCancel, job)).toMatchObject({ status: 409 });
    expect(await storage().list("uploads")).not.toContain(expect.stringContaining(job));
  });

  test("is given back uncounted by a worker that is asked to stop", async () => {
    const job = await asked("hang");
    await post(postAnswer, job, answer);
    const stop = new AbortController();
    const working = runImportJob(job, stop.signal, program);
    await expect.poll(async () => (await look(job))?.step).toBe("hang");
    stop.abort();
    await working;
    const row = await db().job.findUnique({ where: { id: job } });
    expect(row).toMatchObject({ state: "waiting", work: "import", attempts: 0 });
    await db().job.delete({ where: { id: job } });
  });
});

test("a job that asks is cancelled by a worker, which removes its files", async () => {
  const job = await asked("dictionary");
  expect(await post(postCancel, job)).toMatchObject({ status: 200 });
  const { work, upload_id } = await db().job.findUniqueOrThrow({ where: { id: job } });
  expect(work).toBe("inspect");
  await runInspectJob(job, signal, program);
  expect(await look(job)).toMatchObject({ state: "failed", error: "cancelled" });
  expect(await storage().size(uploadKey(upload_id))).toBeNull();
});

describe("how an import's reading stood the check is beside its name:", () => {
  const fit = { fvu: 0.1, l0: 3, l2_ratio: 1 };
  const check = { formula_version: 1, tokens: 2000, seed: 0, as_read: fit, alternatives: [] };
  test.each([
    ["unchecked", null, false],
    ["checked", { ...check, verdict: "poor", says: "poor" }, false],
    ["misread", { ...check, verdict: "misread", says: "b" }, true],
  ] as const)("%s", async (imported, check, accepted) => {
    const dir = await tinyBundle({ name: imported });
    const path = join(dir, "manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
    manifest.provenance.import = {
      ...{ format: "state_dict", where: "ae.pt", source: null, commit: null, files: [] },
      ...{ because: {}, notes: [], check: check && { ...check, alternatives: [] }, accepted },
      reading: {
        ...{ architecture: "topk", k: 2, encoder: "d_in,d_sae", decoder: "d_sae,d_out" },
        ...{ subtract_b_dec: true, decoder_rows: "stored", rescale_acts_by_decoder_norm: false },
        ...{ normalize_activations: "none", input_scale: 1, hook_name_out: null, ...reading },
      },
    } as ImportProvenance;
    await writeFile(path, JSON.stringify(manifest));
    await ingest(dir);
    const listed = await listDictionaries(null);
    expect(listed.find(({ slug }) => slug === imported)).toMatchObject({ imported });
    expect(await getSummary(null, "tiny", imported)).toMatchObject({ imported });
  });
});

test("a repository is named, and its job asks as an upload's does", async () => {
  const request = (body: object) => post(postImport as Route, "", body);
  for (const repository of ["name", "../x/y", "/etc/passwd", "org/name/more"])
    expect(await request({ repository })).toMatchObject({ status: 400 });
  const { status, text } = await request({ repository: "org/name", path: "layers.3" });
  expect(status).toBe(201);
  const { job } = JSON.parse(text);
  await runInspectJob(job, signal, program);
  const view = await look(job);
  expect(view).toMatchObject({ state: "asking", filename: "org/name@main:layers.3" });
  expect(view?.question?.found[0]?.where).toBe("org/name@main:layers.3");
});
