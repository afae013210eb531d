import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../scripts/ports.mjs";
import { startedAt } from "../scripts/processes.mjs";
import { databaseUrl } from "./setup/postgres.ts";

/* What `npm start` says when it cannot: one sentence, and a status that is not 0. */

const folder = mkdtempSync(join(tmpdir(), "hub-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a taken port", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  expect(await start(["--port", String(port)])).toEqual({
    status: 1,
    said: `Port ${port} is taken by another program; choose another: PORT=${port + 1} npm start`,
  });
  server.close();
});

test("a data folder in use", async () => {
  const data = temporary();
  const supervisor = { name: "npm start", pid: process.pid, started: startedAt(process.pid) };
  const state = { address: "http://127.0.0.1:3319", supervisor, children: [] };
  writeFileSync(join(data, "processes.json"), JSON.stringify(state));
  expect(await start(["--data", data])).toEqual({
    status: 1,
    said: `The hub is already running at http://127.0.0.1:3319 (pid ${process.pid}, data folder ${data}).`,
  });
});

const embedded = new URL(process.env.DATABASE_URL ?? "");
test.each([
  ["no address at all", "hub", "it is not an address like"],
  ["another kind of database", "mysql://127.0.0.1/hub", "expected an address like postgresql://"],
  ["nobody there", "postgresql://127.0.0.1:1/hub", "127.0.0.1:1 cannot be reached (ECONNREFUSED)"],
  ["no such host", "postgresql://nowhere.invalid/hub", "nowhere.invalid cannot be reached (E"],
  ["no such database", databaseUrl(embedded.href, "nowhere"), "has no such database"],
  [
    "a wrong password",
    Object.assign(new URL(embedded), { password: "wrong" }).href,
    `${embedded.host} refuses this user or password`,
  ],
])("an unusable DATABASE_URL: %s", async (_, url, sentence) => {
  const { status, said } = await start([], { DATABASE_URL: url });
  expect(said).toMatch(/^DATABASE_URL cannot be used: .*\.$/);
  expect(said).toContain(sentence);
  expect(status).toBe(1);
});

test("an unusable DATABASE_URL: something that is not Postgres", async () => {
  const server = createServer((socket) => socket.end("220 mail.example ESMTP\r\n"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const { status, said } = await start([], { DATABASE_URL: `postgresql://127.0.0.1:${port}/hub` });
  expect(said).toMatch(/^DATABASE_URL cannot be used: .* does not answer as Postgres does/);
  expect(status).toBe(1);
  server.close();
});

test("no network at install", async () => {
  const checkout = temporary();
  for (const path of ["package.json", "package-lock.json", "trainer/package.json", "scripts"])
    cpSync(path, join(checkout, path), { recursive: true });
  const { status, said } = await start([], {
    cwd: checkout,
    npm_config_registry: "http://127.0.0.1:1/",
    npm_config_cache: join(checkout, "cache"),
    npm_config_fetch_retries: "0",
  });
  expect(said).toMatch(
    /npm ci could not reach its registry; is there a network\? \(npm's own log: /,
  );
  expect(status).toBe(1);
});

function temporary(): string {
  return mkdtempSync(join(folder, "hub-"));
}

/** Runs `npm start` in a data folder of its own; `said` is what it printed last. */
async function start(
  flags: string[],
  { cwd = process.cwd(), ...env }: Record<string, string> = {},
) {
  const own = ["--port", String(await freePort()), "--data", temporary(), "--no-open"];
  const child = spawn(process.execPath, ["scripts/start.mjs", ...own, ...flags], {
    cwd,
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  const [status] = await once(child, "close");
  return { status, said: output.trim().split("\n").at(-1) ?? "" };
}
