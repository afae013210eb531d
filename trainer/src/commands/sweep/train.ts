import { hooksOf } from "../../activations/config.ts";
import type { Harvesting } from "../../activations/harvest.ts";
import type { ActivationSource } from "../../activations/source.ts";
import type { RunConfig } from "../config.ts";
import { whileHarvesting } from "../harvest-and-train.ts";
import { folders, type TrainerRun } from "../stage-verb.ts";
import { sayPasses, trainingInput } from "../train.ts";
import type { Context } from "../verb.ts";
import type { SweepRun } from "./folder.ts";
import { SweepProgress } from "./progress.ts";

/** Dictionaries whose loss went beyond all measure, and what was said of each. */
export type Diverged = Map<string, string>;

/** Trains what is not trained yet, group after group, all of a group together; harvests first, or meanwhile. */
export async function trainSweep(groups: SweepRun[][], context: Context): Promise<Diverged> {
  const diverged: Diverged = new Map();
  const waiting = groups.flat();
  await withSources(waiting, context, async (sourceAt, { say, report, signal }) => {
    const { trainTogether } = await import("../../train/lockstep.ts");
    const progress = new SweepProgress(
      waiting.map(({ name, run }) => ({ name, config: run.config })),
      {
        report,
        say,
      },
    );
    for (const group of groups) {
      const tasks = [];
      for (const { name, run } of group) {
        const input = await trainingInput(await sourceAt(run.config), run);
        const warn = (line: string) => say(`${name}: ${line}`);
        tasks.push({
          settings: run.config,
          input: { ...input, report: progress.reportOf(name), warn },
          end: {
            finished: () => progress.end(name, "trained"),
            diverged(error: Error) {
              diverged.set(name, error.message);
              progress.end(name, error.message);
            },
          },
        });
      }
      await trainTogether(tasks, signal);
    }
  });
  return diverged;
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
