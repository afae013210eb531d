import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { LogFollower } from "./follow-log.ts";
import { MAX_LINES, type ReportedLine } from "./live-run.ts";

const dir = mkdtempSync(join(tmpdir(), "follow-"));
const path = join(dir, "training.jsonl");
beforeEach(() => rmSync(path, { force: true }));
afterAll(() => rmSync(dir, { recursive: true }));

const text = (...steps: number[]) =>
  steps
    .map((step) => ({ step, tokens: 100 * step, loss: 1 / step, mse_loss: 0, sparsity_loss: 0 }))
    .map((line) => ({ ...line, auxk_loss: 0, l0: 4, dead_fraction: 0, lr: 1, grad_norm: 1 }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

/** What it would tell now, as [after, steps]; told at once. */
async function tell(follower: LogFollower): Promise<[number, number[]] | null> {
  const found = await follower.next();
  found?.took();
  return found && [found.batch.after, stepsOf(found.batch.lines)];
}
const stepsOf = (lines: ReportedLine[]) => lines.map(({ step }) => step);

function replace(content: string): void {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

test("lines are told once, when they are whole", async () => {
  const follower = new LogFollower(path, 0);
  expect(await tell(follower)).toBeNull();
  appendFileSync(path, text(10, 20));
  expect(await tell(follower)).toEqual([0, [10, 20]]);
  expect(await tell(follower)).toBeNull();
  appendFileSync(path, text(30).slice(0, 40));
  expect(await tell(follower)).toBeNull();
  appendFileSync(path, text(30).slice(40));
  expect(await tell(follower)).toEqual([20, [30]]);
});

test("lines that could not be told are read again", async () => {
  const follower = new LogFollower(path, 0);
  appendFileSync(path, text(10));
  expect((await follower.next())?.batch.lines).toHaveLength(1);
  appendFileSync(path, text(20));
  expect(await tell(follower)).toEqual([0, [10, 20]]);
});

test("what the hub has already is not told again", async () => {
  appendFileSync(path, text(10, 20, 30));
  expect(await tell(new LogFollower(path, 20))).toEqual([20, [30]]);
  expect(await tell(new LogFollower(path, 30))).toBeNull();
});

test("a run that goes on from its checkpoint takes back what came after it", async () => {
  appendFileSync(path, text(10, 20, 30));
  const follower = new LogFollower(path, 0);
  await tell(follower);
  replace(text(10));
  expect(await tell(follower)).toEqual([10, []]);
  expect(await tell(follower)).toBeNull();
  appendFileSync(path, text(20));
  expect(await tell(follower)).toEqual([10, [20]]);
});

test("so does one that begins anew, though the hub has more", async () => {
  appendFileSync(path, text(5, 15, 40));
  expect(await tell(new LogFollower(path, 20))).toEqual([15, [40]]);
  expect(await tell(new LogFollower(path, 3))).toEqual([0, [5, 15, 40]]);
});

test("many lines come in batches", async () => {
  const steps = Array.from({ length: 2 * MAX_LINES + 1 }, (_, i) => i + 1);
  appendFileSync(path, text(...steps));
  const follower = new LogFollower(path, 0);
  const batches = [await tell(follower), await tell(follower), await tell(follower)];
  expect(batches.map((batch) => batch?.[0])).toEqual([0, MAX_LINES, 2 * MAX_LINES]);
  expect(batches.flatMap((batch) => batch?.[1])).toEqual(steps);
  expect(await tell(follower)).toBeNull();
});

test("a line that is none is passed over", async () => {
  appendFileSync(path, `${text(10)}{"step":\n[]\n${text(20)}`);
  expect(await tell(new LogFollower(path, 0))).toEqual([0, [10, 20]]);
});

test("a line has the pace with which the file grew", async () => {
  const follower = new LogFollower(path, 0);
  const at = (seconds: number) => utimesSync(path, seconds, seconds);
  appendFileSync(path, text(10));
  at(1000);
  expect((await follower.next())?.batch.lines[0]?.tokens_per_second).toBeNull();
  appendFileSync(path, text(20)); // 1000 tokens in 2 s
  at(1002);
  const rates = (await follower.next())?.batch.lines.map((line) => line.tokens_per_second);
  expect(rates).toEqual([null, 500]);
});
