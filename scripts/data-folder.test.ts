import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDataFolder } from "./data-folder.mjs";
import { startedAt } from "./processes.mjs";
import { Supervisor } from "./supervisor.mjs";

const address = "http://127.0.0.1:3319";
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "hub-data-folder-"));
});
afterEach(() => rmSync(data, { recursive: true }));

test("is claimed by one alone, until it is released", async () => {
  const first = new Supervisor();
  await claimDataFolder(first, data, address);
  await expect(claimDataFolder(new Supervisor(), data, address)).rejects.toThrow(
    `The hub is already running at ${address} (pid ${process.pid}, data folder ${data}).`,
  );
  await first.stop();
  await claimDataFolder(new Supervisor(), data, address);
});

test("records what its supervisor starts, for as long as it runs", async () => {
  const supervisor = new Supervisor();
  await claimDataFolder(supervisor, data, address);
  const running = supervisor.run(process.execPath, ["-e", "setTimeout(() => {}, 300)"]);
  const [child] = readState().children;
  expect(startedAt(child.pid)).toBe(child.started);
  await running;
  expect(readState().children).toEqual([]);
});

test("of a killed supervisor is taken over, and what that had started is ended", async () => {
  const orphan = sleeper();
  const bystander = sleeper(); // a recorded pid that has since been given to another process
  leaveBehind([
    { name: "web", pid: orphan, started: startedAt(orphan) },
    { name: "worker", pid: bystander, started: "1" },
  ]);
  await claimDataFolder(new Supervisor(), data, address);
  expect(startedAt(orphan)).toBeNull();
  expect(startedAt(bystander)).not.toBeNull();
  process.kill(bystander);
});

test("goes to one of many that find a dead one's claim at once", async () => {
  leaveBehind([]);
  const claims = await Promise.allSettled(
    Array.from({ length: 8 }, () => claimDataFolder(new Supervisor(), data, address)),
  );
  expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(readdirSync(data).sort()).toEqual(["logs", "processes.json"]);
});

test("that cannot be written is refused in a sentence", async () => {
  writeFileSync(join(data, "file"), "");
  await expect(claimDataFolder(new Supervisor(), join(data, "file"), address)).rejects.toThrow(
    /^The data folder .*file cannot be used: ENOTDIR/,
  );
});

function readState() {
  return JSON.parse(readFileSync(join(data, "processes.json"), "utf8"));
}

/** What a supervisor leaves that was killed with -9; pid 1 did not start at 0. */
function leaveBehind(children: object[]): void {
  const supervisor = { name: "npm start", pid: 1, started: "0" };
  writeFileSync(join(data, "processes.json"), JSON.stringify({ address, supervisor, children }));
}

function sleeper(): number {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { detached: true });
  child.unref();
  return child.pid as number;
}
