import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../bundle/index.ts";
import { lockFolder } from "../../bundle/lock.ts";
import { checkConfig } from "../flags.ts";
import { parseUrl, readToken } from "../hub.ts";
import { shellWord } from "../shell.ts";
import { sweptModel } from "../sweep/folder.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import {
  machineConfig,
  measureConfig,
  type Plan,
  planOf,
  sizesConfig,
  textConfig,
} from "./all/plan.ts";
import { type ExperimentsRecord, readRecord, type StepRecord } from "./all/record.ts";
import { runSteps } from "./all/run-steps.ts";
import { type Step, steps } from "./all/steps.ts";
import { uploadReady } from "./all/upload.ts";
import { ofSchema } from "./experiment-verb.ts";
import { experimentVerbs } from "./verbs.ts";

const chosenConfig = z.object({
  all: z.boolean().default(false).describe("run every experiment"),
  only: z
    .array(z.string())
    .default([])
    .describe("run this one, and what it needs; may be given several times"),
  to: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "address of a hub to which bundles are sent as they are done, with the token in HUB_TOKEN if it wants one; null: none",
    ),
});

export const experimentsVerb: Verb = {
  words: "[DIR]",
  summary:
    "Runs every experiment on one model from nothing: trains what they need in DIR, then runs each verb, and writes what was found to DIR/experiments.json. What is done already is not done again; what was broken off goes on. Without --all or --only it lists the experiments.",
  flags: {
    Experiments: chosenConfig,
    Sizes: sizesConfig,
    Text: textConfig,
    Evaluation: measureConfig,
    Machine: machineConfig,
  },
  async run([dir], given, context) {
    const { all, only, to } = checkConfig(chosenConfig, ofSchema(chosenConfig, given));
    const chosen = chooseSteps(all, only);
    if (chosen.length === 0) return listed();
    if (dir === undefined)
      throw new UsageError("trainer experiments: no DIR (expected DIR with --all or --only)");
    const hub = to === null ? null : parseUrl(to);
    mkdirSync(dir, { recursive: true });
    const release = lockFolder(dir);
    try {
      return await runAll(dir, chosen, given, hub, context);
    } finally {
      release();
    }
  },
};

function chooseSteps(all: boolean, only: string[]): Step[] {
  const names = steps.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--only ${unknown}: no such experiment (expected one of ${names.join(", ")})`,
    );
  return all ? steps : steps.filter(({ name }) => only.includes(name));
}

function listed(): Outcome {
  const lines = steps.map(({ name, asks }) => `${name.padEnd(18)}${asks}`);
  const data = { experiments: steps.map(({ name, asks }) => ({ name, asks })) };
  const how = "npx trainer experiments DIR --all runs them, --only NAME some of them.";
  return { text: [...lines, "", how].join("\n"), data };
}

async function runAll(
  dir: string,
  chosen: Step[],
  given: Record<string, unknown>,
  hub: URL | null,
  context: Context,
): Promise<Outcome> {
  const plan = await planIn(dir, given, context);
  const record = await readRecord(dir);
  const token = readToken(null);
  const done: StepRecord[] = [];
  for await (const step of runSteps(chosen, plan, record, loadVerb, context)) {
    done.push(step);
    const made = new Set(done.flatMap(({ calls }) => calls.map((call) => JSON.stringify(call))));
    const waiting = chosen
      .slice(done.length)
      .flatMap(({ calls }) => calls(plan))
      .filter((call) => !made.has(JSON.stringify(call)));
    if (hub) await uploadReady({ url: hub, token }, { dir, record, waiting }, context);
  }
  const text = [join(dir, "experiments.json"), "", summaryOf(done), "", nextOf(dir, record, hub)];
  return {
    text: text.join("\n"),
    data: { dir, experiments: done, uploads: record.uploads },
    failed: done.some(({ failed }) => failed !== null),
  };
}

/** The verbs that experiments are made of. */
async function loadVerb(name: string): Promise<Verb> {
  return name === "sweep" ? (await import("../sweep.ts")).sweep : experimentVerbs[name].load();
}

async function planIn(
  dir: string,
  given: Record<string, unknown>,
  context: Context,
): Promise<Plan> {
  const sizes = checkConfig(sizesConfig, ofSchema(sizesConfig, given));
  const text = checkConfig(textConfig, ofSchema(textConfig, given));
  const measured = checkConfig(measureConfig, ofSchema(measureConfig, given));
  const shared = { ...text, ...measured };
  const cache = join(dir, "cache");
  const model = await sweptModel(join(dir, "layers"), { model: text.model, cache }, context);
  return planOf(dir, sizes, model, { shared, machine: ofSchema(machineConfig, given) });
}

function summaryOf(done: StepRecord[]): string {
  const lines = done.map(
    ({ name, verdict, seconds, failed }) =>
      `${name.padEnd(18)}${seconds.toFixed(0).padStart(6)} s  ${failed === null ? verdict : `failed: ${failed}`}`,
  );
  const total = done.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...lines, `${"".padEnd(18)}${total.toFixed(0).padStart(6)} s`].join("\n");
}

function nextOf(dir: string, { uploads }: ExperimentsRecord, hub: URL | null): string {
  if (hub) return `${Object.keys(uploads).length} bundles are on ${hub.origin}`;
  const command = `npx trainer experiments ${shellWord(dir)} --all --to http://127.0.0.1:3000`;
  return `To see them: ${command}\n(what is done is not done again; npx trainer upload sends one bundle alone)`;
}
