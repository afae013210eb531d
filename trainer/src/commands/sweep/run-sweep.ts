import { groupLines, groupsWithin, needOf, trainingBudget } from "../memory.ts";
import { doStage, folders } from "../stage-verb.ts";
import { tokenizeStage } from "../tokenize.ts";
import type { Context, Outcome } from "../verb.ts";
import { finishSweep } from "./finish.ts";
import { openSweep, type Sweep, type SweepRun } from "./folder.ts";
import { type LiveSweep, type QueuedSweep, reportedSweep } from "./live.ts";
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
  queued: QueuedSweep = {},
): Promise<Outcome> {
  const sweep = await openSweep(dir, given, context);
  try {
    const { openDevice } = await import("../../model/devices/device.ts");
    const { device, precision } = sweep.config;
    await openDevice(device, precision); // what cannot be had is said before any work
    return await reportedSweep(sweep, queued, context, (live) =>
      work(sweep, live, context, queued),
    );
  } finally {
    sweep.release();
  }
}

async function work(
  sweep: Sweep,
  live: LiveSweep,
  context: Context,
  { sealed }: QueuedSweep,
): Promise<Outcome> {
  const { runs } = sweep;
  const waiting = runs.filter(({ run }) => !run.isDone("train"));
  context.say(
    `sweep: ${runs.length} dictionaries, ${runs.length - waiting.length} of them trained before`,
  );
  const { groups, lines } = groupsOfMemory(sweep, waiting);
  for (const line of lines) context.say(line);
  await doStage(tokenizeStage, runs[0].run, context);
  const diverged = await trainSweep(groups, live, context);
  for (const [name, message] of diverged) live.diverged(name, message);
  const trained = runs.filter(({ name }) => !diverged.has(name));
  await finishSweep(groupsOfMemory(sweep, trained).groups, live, context);
  for (const { run } of trained) await sealed?.(folders.bundle(run));
  return writeResults(sweep, diverged);
}

/** Dictionaries that fit into the memory together, and what there is to say of it before it is taken. */
function groupsOfMemory(
  { config, widthAt }: Sweep,
  runs: SweepRun[],
): { groups: SweepRun[][]; lines: string[] } {
  if (config.device === "tfjs") return { groups: [runs], lines: [] }; // which trains in the GPU's memory
  const budget = trainingBudget(config);
  const needs = runs.map(({ name, run }) => needOf(name, run.config, widthAt));
  const planned = groupsWithin(needs, budget);
  const groups = planned.map((group) =>
    runs.filter(({ name }) => group.some((need) => need.name === name)),
  );
  return { groups, lines: groupLines(planned, budget) };
}
