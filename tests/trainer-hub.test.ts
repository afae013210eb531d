import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { downloadFile } from "../server/download.ts";
import { runIngestJob } from "../server/jobs/ingest-job.ts";
import type { NodeRequest } from "../server/node-route.ts";
import { getJob } from "../server/queries/jobs.ts";
import { upload } from "../server/upload.ts";
import { localOwner, tinyBundle } from "./hub.ts";
import { ended, startTrainer } from "./trainer.ts";

/*
 * The trainer's upload and download against the hub's own handlers, without Next.
 */

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
let hub: string;
let dir: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  dir = await mkdtemp(join(process.env.DATA_DIR as string, "trainer-"));
});
afterAll(async () => {
  server.close();
  await closeDb();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url as string, hub);
  const [, , , what, ...names] = pathname.split("/");
  const [model, dictionary, , name] = names;
  const query = { ...Object.fromEntries(searchParams), model, dictionary, name };
  const asked: NodeRequest = Object.assign(request, { query });
  if (what === "uploads") return upload(asked, response);
  if (what === "dictionaries") return downloadFile(asked, response);
  const id = names[0] as string;
  const job = await getJob(localOwner, id);
  response.end(JSON.stringify(job));
  if (job?.state === "waiting") await runIngestJob(id, new AbortController().signal);
}

const trainer = (...args: string[]) => ended(startTrainer(dir, args));

test("what the trainer uploads it can download again, byte for byte", async () => {
  const bundle = await tinyBundle();
  const sent = await trainer("upload", bundle, "--to", hub);
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  const address = `${hub}/tiny/res1-2x-topk2`;
  expect(sent.stdout).toContain(`uploaded: ${address}\n`);

  expect(await trainer("download", address, "copy")).toMatchObject({ status: 0, stderr: "" });
  const copy = join(dir, "copy");
  expect((await readdir(copy)).sort()).toEqual((await readdir(bundle)).sort());
  for (const name of await readdir(bundle))
    expect(await readFile(join(copy, name)), name).toEqual(await readFile(join(bundle, name)));
});

test("a download that was broken off goes on, and a damaged file is fetched anew", async () => {
  const address = `${hub}/tiny/res1-2x-topk2`;
  await trainer("download", address, "other");
  const path = join(dir, "other/features.parquet");
  const whole = await readFile(path);
  await writeFile(`${path}.part`, whole.subarray(0, 100));
  await writeFile(path, randomBytes(whole.length));
  expect((await trainer("download", address, "other")).status).toBe(0);
  expect(await readFile(path)).toEqual(whole);
});

test("what the hub refuses is said in its words", async () => {
  const unknown = await trainer("download", `${hub}/tiny/nothing`);
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toMatch(/^trainer: .*nothing at .*\(404\)\n$/);
});
