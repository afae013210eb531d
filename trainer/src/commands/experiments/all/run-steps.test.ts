import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { Context, Outcome } from "../../verb.ts";
import type { Call, Plan } from "./plan.ts";
import { readRecord, type StepRecord } from "./record.ts";
import { type LoadVerb, runSteps } from "./run-steps.ts";
import type { Step } from "./steps.ts";

let dir: string;
let made: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "steps-"));
  made = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const training: Call = { verb: "train", words: ["a"], flags: { k: 4 } };
const step = (name: string, ...calls: Call[]): Step => ({
  name,
  asks: "?",
  calls: () => calls,
  verdict: ({ text }) => `${name} says ${text}`,
});
const on = (verb: string): Call => ({ verb, words: ["a"], flags: {} });

/** Verbs that write down what they are asked to do and make a bundle; "broken" fails. */
const load: LoadVerb = async (verb) => ({
  flags: { Machine: z.object({ threads: z.int() }) },
  async run([word], given): Promise<Outcome> {
    made.push(`${verb} ${word} ${JSON.stringify(given)}`);
    if (verb === "broken") throw new Error("no such luck");
    const bundle = join(dir, word, "bundle");
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, "manifest.json"), "{}");
    return { text: verb, data: { bundle } };
  },
});
const silent: Context = {
  report: () => {},
  say: () => {},
  signal: new AbortController().signal,
};
async function run(steps: Step[], context = silent) {
  const plan = { dir, machine: { threads: 2, device: "cpu" } } as unknown as Plan;
  const record = await readRecord(dir);
  const done: StepRecord[] = [];
  for await (const one of runSteps(steps, plan, record, load, context)) done.push(one);
  return done;
}

test("what two experiments need is made once, with the machine's flags that its verb has", async () => {
  const done = await run([step("one", training, on("look")), step("two", training, on("count"))]);
  expect(made).toEqual([
    'train a {"k":4,"threads":2}',
    'look a {"threads":2}',
    'count a {"threads":2}',
  ]);
  expect(done.map(({ verdict }) => verdict)).toEqual(["one says look", "two says count"]);
  expect(done[1]?.bundles).toEqual([join(dir, "a", "bundle")]);
});

test("what is done is not done again, unless it is asked for otherwise or its bundle is gone", async () => {
  const first = await run([step("one", on("look"))]);
  expect(await run([step("one", on("look"))])).toEqual(first);
  expect(made).toHaveLength(1);
  await run([step("one", on("gaze"))]);
  expect(made).toHaveLength(2);
  rmSync(join(dir, "a"), { recursive: true });
  await run([step("one", on("gaze"))]);
  expect(made).toHaveLength(3);
});

test("one that fails is written down with its reason, and is tried again the next time", async () => {
  const steps = [step("one", on("broken")), step("two", on("look"))];
  const done = await run(steps);
  expect(done.map(({ failed }) => failed)).toEqual(["no such luck", null]);
  await run(steps);
  expect(made.map((call) => call.split(" ")[0])).toEqual(["broken", "look", "broken"]);
});

test("an abort ends it, and what was done before stays written down", async () => {
  const stop = new AbortController();
  const context = { ...silent, signal: stop.signal };
  const second: Step = {
    ...step("two", on("look")),
    calls() {
      stop.abort();
      return [on("broken")];
    },
  };
  await expect(run([step("one", on("look")), second], context)).rejects.toThrow(/abort/i);
  expect((await readRecord(dir)).steps.map(({ name }) => name)).toEqual(["one"]);
});

test("a file of something else is refused", async () => {
  writeFileSync(join(dir, "experiments.json"), "[]");
  await expect(readRecord(dir)).rejects.toThrow("not what trainer experiments writes");
});
