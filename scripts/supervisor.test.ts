import { expect, test } from "vitest";
import { startedAt } from "./processes.mjs";
import { Supervisor } from "./supervisor.mjs";

const shell = (script: string, options: { seconds?: number; cwd?: string }) =>
  new Supervisor().run("sh", ["-c", script], options);

test("a command that does not end in time is ended, and what it started too", async () => {
  const begun = performance.now();
  const { status, output } = await shell("sleep 60 & echo $!; trap '' TERM; wait", { seconds: 1 });
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(status).toBeNull();
  expect(startedAt(Number(output))).toBeNull();
});

test("a command that ends in time keeps its status, and its folder is the one it was given", async () => {
  const { status, output } = await shell("pwd; exit 3", { seconds: 60, cwd: "/" });
  expect({ status, output }).toEqual({ status: 3, output: "/\n" });
});

test("a command that is not there is an error, at once", async () => {
  await expect(
    new Supervisor().run("no-such-command-anywhere", [], { seconds: 60 }),
  ).rejects.toThrow("ENOENT");
});
