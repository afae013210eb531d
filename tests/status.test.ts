import pg from "pg";
import { afterAll, expect, test, vi } from "vitest";
import { GET } from "../app/api/v1/status/route.ts";
import type { StatusView } from "../lib/views.ts";
import { closeDb, db, pool } from "../server/db.ts";
import { ingest, tinyBundle } from "./hub.ts";

afterAll(closeDb);

async function ask(host = "hub.example") {
  const response = await GET(new Request("http://hub/api/v1/status", { headers: { host } }));
  return { code: response.status, status: (await response.json()) as StatusView };
}

test("counts workers, jobs and the dictionaries that everybody may see", async () => {
  await ingest(await tinyBundle(), { user_id: "local", visibility: "private" });
  for (const state of ["waiting", "failed", "failed"] as const) {
    const upload = { create: { filename: "tiny.tar", bytes: 1, sha256: "" } };
    await db().job.create({ data: { upload, state } });
  }
  expect((await ask()).status).toMatchObject({
    ok: false,
    database: { workers: 0 },
    free_bytes: null,
  });
  const worker = new pg.Client({
    connectionString: process.env.DATABASE_URL,
    application_name: "dictionary-hub worker",
  });
  await worker.connect();
  const { code, status } = await ask("127.0.0.1:3000");
  await worker.end();
  expect(code).toBe(200);
  const counted = { workers: 1, waiting: 1, running: 0, failed: 2, training: 0, dictionaries: 1 };
  expect(status).toMatchObject({ ok: true, database: counted });
  expect(status.free_bytes).toBeGreaterThan(0);
  expect((await ask()).status.database?.dictionaries).toBe(0);
});

test("says so when the database does not answer", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const connect = vi.spyOn(pool(), "connect").mockImplementation(() => {
    throw new Error("connection refused");
  });
  const { code, status } = await ask();
  connect.mockRestore();
  log.mockRestore();
  expect(code).toBe(503);
  expect(status).toMatchObject({ ok: false, database: null });
});
