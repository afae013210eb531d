import { rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, expect, test } from "vitest";
import { startPostgres } from "../scripts/postgres.mjs";
import { temporaryFolder } from "../scripts/temporary-folder.mjs";

/* The embedded Postgres of a data folder. */

const data = temporaryFolder();
let stop: () => Promise<void>;
afterEach(() => stop());
afterAll(() => rmSync(data, { recursive: true }));

test("asks for its password, which only the owner of the folder may read", async () => {
  const { url } = await start();
  expect(await select(url, "SELECT lower('ÄÖ') AS value")).toBe("äö");
  const guess = Object.assign(new URL(url), { password: "guess" }).href;
  await expect(select(guess, "SELECT 1")).rejects.toThrow("password authentication failed");
  expect(statSync(`${data}/postgres-password`).mode & 0o777).toBe(0o600);
});

test("keeps what was written when it is killed, and starts again", async () => {
  const { url, pid } = await start();
  await select(url, "CREATE TABLE kept AS SELECT 7 AS value");
  process.kill(pid, "SIGKILL");
  const again = await start();
  expect(again.adopted).toBe(false);
  expect(await select(again.url, "SELECT value FROM kept")).toBe(7);
});

test("is adopted when whoever started it has gone", async () => {
  const first = await start();
  const second = await start();
  expect(second).toMatchObject({ pid: first.pid, url: first.url, adopted: true });
  await second.stop();
  await sleep(100);
  await expect(select(first.url, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
});

async function start() {
  const postgres = await startPostgres(data);
  stop = postgres.stop;
  return postgres;
}

async function select(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {}); // the server is killed while it is connected
  await client.connect();
  try {
    return (await client.query(sql)).rows[0]?.value;
  } finally {
    await client.end();
  }
}
