import { expect, test } from "vitest";
import type { Progress } from "../../bundle/index.ts";
import { SweepProgress } from "./progress.ts";

const dictionary = (name: string) => ({ name, train_tokens: 950, train_batch_tokens: 100 });
const at = (step: number): Progress => ({
  stage: "train topk",
  done: 100 * step,
  total: 1000,
  unit: "tokens",
  values: { loss: 1 / 3, l0: step },
});

function started() {
  const reports: Progress[] = [];
  const said: string[] = [];
  const clock = { time: 0 };
  const progress = new SweepProgress([dictionary("a"), dictionary("b")], {
    report: (one) => reports.push(one),
    say: (line) => said.push(line),
    now: () => clock.time,
  });
  return { progress, reports, said, clock };
}

test("what all of them have done and have to do is one line", () => {
  const { progress, reports } = started();
  progress.reportOf("a")(at(1));
  progress.reportOf("b")(at(1));
  progress.reportOf("a")(at(2));
  expect(reports.at(-1)).toMatchObject({
    stage: "train sweep",
    done: 300,
    total: 2000,
    values: { dictionaries: 2 },
  });
});

test("what was trained before is left out on both sides", () => {
  const { progress, reports } = started();
  progress.reportOf("a")(at(8)); // seven steps of ten before
  expect(reports.at(-1)).toMatchObject({ done: 100, total: 1300 });
});

test("one that diverged has no more to do, and is said why", () => {
  const { progress, reports, said } = started();
  progress.reportOf("a")(at(4));
  progress.end("a", "training diverged");
  expect(reports.at(-1)).toMatchObject({ done: 100, total: 1100 });
  expect(said[0]).toMatch(/^a +40 % {3}loss 0.333 {3}l0 4 {3}training diverged$/);
});

test("every half a minute each that is still trained has a line", () => {
  const { progress, said, clock } = started();
  progress.reportOf("a")(at(10));
  progress.end("a", "trained");
  clock.time = 29_999;
  progress.reportOf("b")(at(1));
  expect(said).toHaveLength(1);
  clock.time = 30_000;
  progress.reportOf("b")(at(2));
  progress.reportOf("b")(at(3));
  expect(said.slice(1)).toEqual([expect.stringMatching(/^b +20 %/)]);
});
