import { hooksOf } from "../../activations/config.ts";
import type { Harvesting } from "../../activations/harvest.ts";
import type { ActivationSource } from "../../activations/source.ts";
import type { TrainingTask } from "../../train/lockstep.ts";
import type { RunConfig } from "../config.ts";
import { whileHarvesting } from "../harvest-and-train.ts";
import { folders, type TrainerRun } from "../stage-verb.ts";
import { sayPasses, trainingInput } from "../train.ts";
import type { Context } from "../verb.ts";
import type { SweepRun } from "./folder.ts";
import type { LiveSweep } from "./live.ts";
import { both, SweepProgress } from "./progress.ts";

/** Dictionaries whose loss went beyond all measure, and what was said of each. */
export type Diverged = Map<string, string>;

/** Trains what is not trained yet, group after group, all of a group together; harvests before, or meanwhile. */
export async function trainSweep(
  groups: SweepRun[][],
  live: LiveSweep,
  context: Context,
): Promise<Diverged> {
  const diverged: Diverged = new Map();
  await withSources(groups.flat(), context, async (sourceAt, training) => {
    const { trainTogether } = await import("../../train/lockstep.ts");
    const progress = new SweepProgress(
      groups.flat().map(({ name, run }) => ({ ...run.config, name })),
      training,
    );
    for (const group of groups) {
      const tasks: TrainingTask[] = [];
      for (const one of group) {
        const input = await trainingInput(await sourceAt(one.run.config), one.run);
        tasks.push(taskOf(one, input, { progress, live, diverged, say: training.say }));
      }
      await trainTogether(tasks, training.signal);
    }
  });
  return diverged;
}

type Audience = {
  progress: SweepProgress;
  live: LiveSweep;
  diverged: Diverged;
  say(line: string): void;
};

function taskOf(
  { name, run }: SweepRun,
  input: Awaited<ReturnType<typeof trainingInput>>,
  { progress, live, diverged, say }: Audience,
): TrainingTask {
  const report = both(progress.reportOf(name), live.reportOf(name));
  return {
    settings: run.config,
    input: { ...input, report, warn: (line) => say(`${name}: ${line}`) },
    end: {
      finished: () => progress.end(name, "trained"),
      diverged({ message }) {
        diverged.set(name, message);
        progress.end(name, message);
      },
    },
  };
}

type SourceAt = (config: RunConfig) => Promise<ActivationSource>;

/** Lends the activations of the runs, the same source to all that share it: from disk when all is there, else while it is made. */
async function withSources(
  runs: SweepRun[],
  context: Context,
  work: (sourceAt: SourceAt, context: Context) => Promise<void>,
): Promise<void> {
  if (runs.length === 0) return;
  const [{ run }] = runs;
  const { openActivations } = await import("../../activations/open-activations.ts");
  const dir = folders.activations(run);
  if (await isAllKept(runs.map(({ run }) => run))) {
    context.say("harvest: done before");
    return work(
      sharing((hooks) => openActivations(dir, hooks), context),
      context,
    );
  }
  const hook_names = [...new Set(runs.flatMap(({ run }) => hooksOf(run.config)))];
  await whileHarvesting(run, hook_names, context, (sourceAt, training) =>
    work(sharing(sourceAt, training), training),
  );
}

async function isAllKept(runs: TrainerRun[]): Promise<boolean> {
  if (!runs.every((run) => run.isDone("harvest"))) return false;
  const { keepsAll, readHeader } = await import("../../activations/open-activations.ts");
  for (const run of runs)
    for (const hook_name of hooksOf(run.config))
      if (!keepsAll(await readHeader(folders.activations(run), hook_name))) return false;
  return true;
}

/** One source for each pair of hooks. */
function sharing(open: Harvesting["source"], { say }: Context): SourceAt {
  const opened = new Map<string, Promise<ActivationSource>>();
  const said = new Set<number>();
  return async (config) => {
    const key = `${config.hook_name} ${config.hook_name_out}`;
    const found = opened.get(key) ?? open(config);
    opened.set(key, found);
    const source = await found;
    if (!said.has(config.train_tokens)) sayPasses(config, source, say);
    said.add(config.train_tokens);
    return source;
  };
}
