import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./lock.ts";

const dir = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(() => rmSync(join(dir, "lock.json"), { force: true }));

test("a folder is one process's until it lets go", () => {
  const release = lockFolder(dir);
  expect(() => lockFolder(dir)).toThrow(`${dir}: in use by process ${process.pid}`);
  release();
  lockFolder(dir)();
  expect(readdirSync(dir)).toEqual([]);
});

test("the lock of a killed process is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  writeFileSync(
    join(dir, "lock.json"),
    JSON.stringify({ pid: child.pid, started: startOf(child.pid) }),
  );
  expect(() => lockFolder(dir)).toThrow(`in use by process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockFolder(dir)();
});

test.runIf(process.platform === "linux")(
  "a lock whose number was given to a later process is stale",
  () => {
    // as after a restart of the machine: our own pid, but not our own start
    writeFileSync(join(dir, "lock.json"), JSON.stringify({ pid: process.pid, started: "1" }));
    lockFolder(dir)();
  },
);

function startOf(pid: number | undefined): string | null {
  if (process.platform !== "linux") return null;
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[19];
}
