import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { freePort } from "../scripts/ports.mjs";
import { startedAt } from "../scripts/processes.mjs";
import { temporaryFolder } from "../scripts/temporary-folder.mjs";

/* `npm start` on the pages that are built already, with an embedded database of its own. */

let data: string;
test.beforeAll(() => {
  data = temporaryFolder();
});
test.afterAll(() => rmSync(data, { recursive: true }));

test("npm start goes on after kill -9, and leaves nothing behind at Ctrl-C", async ({ page }) => {
  const port = await freePort();
  const killed = start(port);
  await ready(killed);
  const orphans = pids();

  const another = start(await freePort());
  expect(await ended(another)).toBe(1);
  expect(another.said).toContain(`already running at http://127.0.0.1:${port} (pid `);

  killed.process.kill("SIGKILL");
  const hub = start(port); // the orphaned web server has this port until it is ended
  await ready(hub);
  expect(pids().children).not.toEqual(orphans.children);
  expect(pids().postgres).toBe(orphans.postgres);
  await page.goto(`http://127.0.0.1:${port}/`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  const { children, postgres } = pids();
  hub.process.kill("SIGINT");
  expect(await ended(hub)).toBe(0);
  expect(hub.said).toContain("`npm start` goes on from here");
  const left = [...orphans.children, ...children, postgres].filter(
    (pid) => startedAt(pid) !== null,
  );
  expect(left).toEqual([]);
  expect(readdirSync(data)).not.toContain("processes.json");
});

type Started = { process: ChildProcess; said: string };

function start(port: number): Started {
  const flags = ["--port", String(port), "--data", data, "--no-train", "--no-open"];
  const started = { process: spawn(process.execPath, ["scripts/start.mjs", ...flags]), said: "" };
  for (const stream of [started.process.stdout, started.process.stderr])
    stream.on("data", (text) => {
      started.said += text;
    });
  return started;
}

async function ready(hub: Started): Promise<void> {
  await expect.poll(() => hub.said, { timeout: 20_000 }).toContain("Ctrl-C stops it");
}

/** Its exit status, once it has said all. */
async function ended(hub: Started): Promise<number> {
  const [status] = await once(hub.process, "close");
  return status;
}

/** The processes that serve the data folder now. */
function pids(): { children: number[]; postgres: number } {
  const { children } = JSON.parse(readFileSync(join(data, "processes.json"), "utf8"));
  const [postgres] = readFileSync(join(data, "postgres", "postmaster.pid"), "utf8").split("\n");
  return {
    children: children.map((child: { pid: number }) => child.pid),
    postgres: Number(postgres),
  };
}
