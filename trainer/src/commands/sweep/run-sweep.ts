import { dashboardStage } from "../dashboard.ts";
import { evaluateStage } from "../evaluate.ts";
import { groupLines, groupsWithin, needOf, trainingBudget } from "../memory.ts";
import { doStage } from "../stage-verb.ts";
import { tokenizeStage } from "../tokenize.ts";
import type { Context, Outcome } from "../verb.ts";
import { openSweep, type Sweep, type SweepRun } from "./folder.ts";
import { type LiveSweep, reportedSweep } from "./live.ts";
import { both } from "./progress.ts";
import { writeResults } from "./results.ts";
import { trainSweep } from "./train.ts";

/**
 * From text to a bundle for each dictionary of a grid, in one pass over the model. What is done
 * already is not done again; what was broken off goes on.
 */
export async function runSweep(
  dir: string,
  given: Record<string, unknown>,
  context: Context,
): Promise<Outcome> {
  const sweep = await openSweep(dir, given, context);
  try {
    const { openDevice } = await import("../../model/devices/device.ts");
    const { device, precision } = sweep.config;
    await openDevice(device, precision); // what cannot be had is said before any work
    return await reportedSweep(sweep, context, (live) => work(sweep, live, context));
  } finally {
    sweep.release();
  }
}

async function work(sweep: Sweep, live: LiveSweep, context: Context): Promise<Outcome> {
  const { runs } = sweep;
  const waiting = runs.filter(({ run }) => !run.isDone("train"));
  context.say(
    `sweep: ${runs.length} dictionaries, ${runs.length - waiting.length} of them trained before`,
  );
  const groups = plannedGroups(sweep, waiting, context);
  await doStage(tokenizeStage, runs[0].run, context);
  const diverged = await trainSweep(groups, live, context);
  for (const [name, message] of diverged) await live.diverged(name, message);
  for (const { name, run } of runs) {
    if (diverged.has(name)) continue;
    const report = both(context.report, live.reportOf(name));
    for (const stage of [evaluateStage, dashboardStage])
      await doStage(stage, run, { ...context, report });
  }
  return writeResults(sweep, diverged);
}

/** Dictionaries that are trained together, as far as the memory reaches; it is stated before it is taken. */
function plannedGroups(
  { config, widthAt }: Sweep,
  waiting: SweepRun[],
  { say }: Context,
): SweepRun[][] {
  if (config.device === "tfjs") return [waiting]; // which trains in the GPU's memory
  const budget = trainingBudget(config);
  const needs = waiting.map(({ name, run }) => needOf(name, run.config, widthAt));
  const groups = groupsWithin(needs, budget);
  for (const line of groupLines(groups, budget)) say(line);
  return groups.map((group) =>
    waiting.filter(({ name }) => group.some((need) => need.name === name)),
  );
}
