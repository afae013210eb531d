import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context, Outcome, Verb } from "../../verb.ts";
import type { Call, Plan } from "./plan.ts";
import { type ExperimentsRecord, type StepRecord, writeRecord } from "./record.ts";
import type { Step } from "./steps.ts";

export type LoadVerb = (name: string) => Promise<Pick<Verb, "flags" | "run">>;

/**
 * Runs experiments one after the other. What the record says was done with the same calls is not done
 * again; one that fails is written down with its reason, and the others go on. The record is written after
 * each, so that whatever ends this process, the same command goes on.
 */
export async function* runSteps(
  chosen: Step[],
  plan: Plan,
  record: ExperimentsRecord,
  load: LoadVerb,
  context: Context,
): AsyncGenerator<StepRecord> {
  const made = new Map<string, Outcome>();
  for (const [at, step] of chosen.entries()) {
    context.signal.throwIfAborted();
    const calls = step.calls(plan);
    const before = record.steps.find(({ name }) => name === step.name);
    if (before && isDone(before, calls)) {
      context.say(`${step.name}: done before`);
      yield before;
      continue;
    }
    context.say(`${step.name} (${at + 1} of ${chosen.length}): ${step.asks}`);
    const done = await runStep(step, calls, { made, machine: plan.machine, load, context });
    record.steps = [...record.steps.filter(({ name }) => name !== step.name), done];
    await writeRecord(plan.dir, record);
    yield done;
  }
}

function isDone({ calls, failed, bundles }: StepRecord, wanted: Call[]): boolean {
  const same = JSON.stringify(calls) === JSON.stringify(wanted);
  const there = bundles.every((bundle) => existsSync(join(bundle, "manifest.json")));
  return same && failed === null && there;
}

type Surroundings = {
  /** what calls of this process have found */
  made: Map<string, Outcome>;
  machine: Record<string, unknown>;
  load: LoadVerb;
  context: Context;
};

async function runStep(
  { name, verdict }: Step,
  calls: Call[],
  { made, machine, load, context }: Surroundings,
): Promise<StepRecord> {
  const began = Date.now();
  const outcomes: Outcome[] = [];
  const end = (rest: Pick<StepRecord, "verdict" | "failed">): StepRecord => ({
    name,
    seconds: Math.round((Date.now() - began) / 100) / 10,
    calls,
    bundles: [...new Set(outcomes.flatMap(bundlesOf))],
    ...rest,
  });
  try {
    for (const call of calls) {
      const key = JSON.stringify(call);
      const outcome = made.get(key) ?? (await makeCall(call, machine, load, context));
      if (outcome.failed) throw new Error(outcome.text);
      made.set(key, outcome);
      outcomes.push(outcome);
    }
    return end({ verdict: verdict(outcomes.at(-1) as Outcome), failed: null });
  } catch (error) {
    context.signal.throwIfAborted();
    const { message } = error as Error;
    context.say(`${name} failed: ${message}`);
    return end({ verdict: "", failed: message });
  }
}

async function makeCall(
  { verb: name, words, flags }: Call,
  machine: Record<string, unknown>,
  load: LoadVerb,
  context: Context,
): Promise<Outcome> {
  const verb = await load(name);
  const known = new Set(Object.values(verb.flags).flatMap(({ shape }) => Object.keys(shape)));
  const here = Object.entries(machine).filter(([flag]) => known.has(flag));
  return verb.run(words, { ...flags, ...Object.fromEntries(here) }, context);
}

/** The bundles that a verb says it made or added to. */
function bundlesOf({ data }: Outcome): string[] {
  const { bundle, bundles, dir, dictionaries } = data;
  if (Array.isArray(bundles)) return bundles as string[];
  if (typeof bundle === "string") return [bundle];
  if (typeof dir !== "string" || !Array.isArray(dictionaries)) return [];
  return (dictionaries as { name: string; metrics: unknown }[])
    .filter(({ metrics }) => metrics !== null)
    .map(({ name }) => join(dir, name, "bundle"));
}
