import { createHash } from "node:crypto";
import { type ClientRequest, request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeDb, db } from "../server/db.ts";
import { runIngestJob } from "../server/jobs/ingest-job.ts";
import { getJob } from "../server/queries/jobs.ts";
import { storage } from "../server/storage.ts";
import { upload } from "../server/upload.ts";
import { localOwner, tarOfFolder, tinyBundle } from "./hub.ts";
import { serve } from "./servers.ts";

process.env.MAX_UPLOAD_BYTES = "1000000";

let hub: Awaited<ReturnType<typeof serve>>;
let bytes: Buffer;

beforeAll(async () => {
  hub = await serve(upload);
  bytes = await tarOfFolder(await tinyBundle());
});
beforeEach(async () => {
  await db().upload.deleteMany();
  for (const key of await storage().list("")) await storage().delete(key);
});
afterAll(async () => {
  await hub.close();
  await closeDb();
});

const post = (body: Buffer, headers: Record<string, string> = {}, filename = "tiny.tar") =>
  fetch(`${hub.url}?filename=${encodeURIComponent(filename)}`, {
    method: "POST",
    body: new Uint8Array(body),
    headers,
  });

async function expectNothing(): Promise<void> {
  expect(await storage().list("")).toEqual([]);
  expect(await db().upload.count()).toBe(0);
}

test("an upload is stored with its hash, and its job waits", async () => {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const response = await post(bytes, { "x-content-sha256": sha256 });
  expect(response.status).toBe(201);
  const received = await response.json();
  expect(received.address).toBe(`/jobs/${received.job}`);
  expect(response.headers.get("location")).toBe(`/api/v1/jobs/${received.job}`);
  expect(await getJob(localOwner, received.job)).toMatchObject({
    state: "waiting",
    filename: "tiny.tar",
    bytes: bytes.length,
  });
  expect(await db().upload.findFirst()).toMatchObject({ id: received.upload, sha256 });
  expect(await storage().list("")).toEqual([`uploads/${received.upload}`]);
});

test("its job takes it in, and removes the upload", async () => {
  const { job, upload: id } = await (await post(bytes)).json();
  await runIngestJob(job, new AbortController().signal);
  expect(await getJob(localOwner, job)).toMatchObject({
    state: "done",
    result: "/tiny/res1-2x-topk2",
  });
  expect(await storage().size(`uploads/${id}`)).toBeNull();
});

test("the job of a truncated archive fails with the reason, and removes the upload", async () => {
  const { job } = await (await post(bytes.subarray(0, bytes.length / 2))).json();
  await runIngestJob(job, new AbortController().signal);
  const view = await getJob(localOwner, job);
  expect(view).toMatchObject({ state: "failed", result: null });
  expect(view?.error).toMatch(/is it cut off\?$/);
  expect(await storage().list("uploads")).toEqual([]);
});

test("other bytes than the announced hash are refused", async () => {
  const response = await post(bytes, { "x-content-sha256": "0".repeat(64) });
  expect(response.status).toBe(400);
  expect((await response.json()).error.message).toMatch(/^the body's sha256 is [0-9a-f]{64}, exp/);
  await expectNothing();
});

test("an empty body is refused", async () => {
  const response = await post(Buffer.alloc(0));
  expect(response.status).toBe(400);
  await expectNothing();
});

test("a file over the limit is refused by its length, without being read", async () => {
  const response = await post(Buffer.alloc(1_000_001));
  expect(response.status).toBe(413);
  expect((await response.json()).error.message).toContain("larger than 1000000 bytes");
  await expectNothing();
});

test("a file of unknown length is read up to the limit", async () => {
  const status = await new Promise((resolve, reject) => {
    const sending = begin({ "transfer-encoding": "chunked" });
    sending.on("response", (response) => resolve(response.statusCode));
    sending.on("error", reject);
    // far more than any buffer on the way holds: it is still being sent when the answer comes
    for (let sent = 0; sent < 40; sent++) sending.write(Buffer.alloc(1_000_000));
  });
  expect(status).toBe(413);
  await expectNothing();
});

test("an upload that is broken off leaves nothing", async () => {
  const sending = begin({ "content-length": "100000" });
  sending.on("error", () => {});
  sending.write(Buffer.alloc(50_000));
  await expect.poll(async () => (await storage().list(".parts")).length).toBe(1);
  sending.destroy();
  await expect.poll(async () => (await storage().list(".parts")).length).toBe(0);
  await expectNothing();
});

test("an upload may take longer than the server gives a request", async () => {
  const strict = await serve(upload, {}, { requestTimeout: 300, connectionsCheckingInterval: 100 });
  const status = await new Promise((resolve, reject) => {
    const sending = request(strict.url, {
      method: "POST",
      headers: { "content-length": String(bytes.length) },
    });
    sending.on("response", (response) => resolve(response.statusCode));
    sending.on("error", reject);
    sending.write(bytes.subarray(0, 100));
    setTimeout(() => sending.end(bytes.subarray(100)), 1000);
  });
  expect(status).toBe(201);
  await strict.close();
});

test("another site's page may not upload, the hub's own may", async () => {
  const foreign = await post(bytes, { origin: "https://elsewhere.example" });
  expect(foreign.status).toBe(403);
  expect((await post(bytes, { origin: "null" })).status).toBe(403);
  await expectNothing();
  expect((await post(bytes, { origin: new URL(hub.url).origin })).status).toBe(201);
});

test("only the last part of a file's name is kept, without control characters", async () => {
  const { job } = await (await post(bytes, {}, "C:\\bundles\\a\u0000\nb.tar")).json();
  expect((await getJob(localOwner, job))?.filename).toBe("ab.tar");
});

test("nothing but POST is possible", async () => {
  const response = await fetch(hub.url);
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST");
});

test("what is not a job's id is no job", async () => {
  expect(await getJob(localOwner, "x")).toBeNull();
  expect(await getJob(localOwner, "00000000-0000-4000-8000-000000000000")).toBeNull();
});

function begin(headers: Record<string, string>): ClientRequest {
  return request(hub.url, { method: "POST", headers });
}
