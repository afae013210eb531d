import { join } from "node:path";
import type { z } from "zod";
import { recoverBundle } from "../bundle/amend.ts";
import { UsageError } from "../bundle/index.ts";
import { groups, type RunConfig, runConfig, type StageName, stages } from "./config.ts";
import { withConfigFile } from "./config-file.ts";
import { isImported, refuseUnmade } from "./derived.ts";
import { reported } from "./report/live-run.ts";
import { isGrid, openRun, type Run, readConfig } from "./run-folder.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

export type TrainerRun = Run<RunConfig>;

/** One stage's work on a run folder, and what there is to say of it once it is done. */
export type StageWork = {
  name: StageName;
  work(run: TrainerRun, context: Context): Promise<void>;
  outcome(run: TrainerRun): Promise<Outcome>;
};

/** The verb that does one stage in a run folder. */
export function stageVerb(
  stage: StageWork,
  summary: string,
  flags: Record<string, z.ZodObject>,
): Verb {
  return {
    words: "RUN_DIR",
    summary: `${summary} What is not given is as it was before in RUN_DIR, else as listed.`,
    flags: { ...flags, ...groups.machine },
    run: ([dir], given, context) =>
      inRunFolder(dir, given, context, async (run, context) => {
        await doStage(stage, run, context);
        return stage.outcome(run);
      }),
  };
}

export async function inRunFolder(
  dir: string,
  given: Record<string, unknown>,
  context: Context,
  work: (run: TrainerRun, context: Context) => Promise<Outcome>,
): Promise<Outcome> {
  refuseSweep(dir);
  refuseUnmade(dir);
  const run = openRun(runConfig, stages, dir, withConfigFile(runConfig, given));
  try {
    await recoverBundle(folders.bundle(run));
    return await reported(run, context, (context) => work(run, context));
  } finally {
    run.release();
  }
}

export function refuseSweep(dir: string): void {
  const saved = readConfig(dir);
  if (saved !== null && isGrid(saved))
    throw new UsageError(
      `${dir}: holds a sweep, not a run: npx trainer resume ${dir} goes on with it, and its runs lie in folders of their own`,
    );
}

/** Does a stage, unless it is done; the stages before it must be. */
export async function doStage(
  { name, work }: StageWork,
  run: TrainerRun,
  context: Context,
): Promise<void> {
  if (run.isDone(name)) {
    context.say(`${name}: done before`);
    return;
  }
  const needsHarvest = !isImported(run.dir);
  for (const before of stages.slice(
    0,
    stages.findIndex((stage) => stage.name === name),
  ))
    if (!run.isDone(before.name) && (before.name !== "harvest" || needsHarvest))
      throw new UsageError(
        `${run.dir}: ${before.name} has not been done (no ${before.marks(run.config).join(", ")}); npx trainer ${before.name} ${run.dir} does it`,
      );
  await work(run, context);
}

export const folders = {
  tokens: ({ cache }: TrainerRun) => join(cache, "tokens"),
  activations: ({ cache }: TrainerRun) => join(cache, "activations"),
  bundle: ({ dir }: TrainerRun) => join(dir, "bundle"),
};
