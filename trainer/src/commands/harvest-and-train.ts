import { hooksOf } from "../activations/config.ts";
import type { Harvesting } from "../activations/harvest.ts";
import type { Report } from "../bundle/index.ts";
import { withHarvest } from "./harvest.ts";
import type { TrainerRun } from "./stage-verb.ts";
import { trainOn } from "./train.ts";
import type { Context } from "./verb.ts";

/**
 * Trains while the harvest goes on. Training takes chunks in the order in which they are harvested and waits for
 * what is not there yet, so it ends with the bytes that the two give one after the other. When the harvest fails,
 * training stops at a checkpoint.
 */
export async function harvestAndTrain(run: TrainerRun, context: Context): Promise<void> {
  const { config } = run;
  await whileHarvesting(run, hooksOf(config), context, async (sourceAt, training) =>
    trainOn(await sourceAt(config), run, training),
  );
}

/** Lends what is harvested at the hooks, from its beginning on, with a context that shows both. */
export async function whileHarvesting(
  run: TrainerRun,
  hook_names: string[],
  context: Context,
  train: (sourceAt: Harvesting["source"], context: Context) => Promise<void>,
): Promise<void> {
  const { harvest, train: training } = reports(context.report);
  const harvestContext = { ...context, report: harvest };
  await withHarvest(run, hook_names, harvestContext, async ({ source, finished }) => {
    const failed = new AbortController();
    finished.catch((error) => failed.abort(error));
    const signal = AbortSignal.any([context.signal, failed.signal]);
    await train(source, { ...context, report: training, signal });
    await finished;
  });
}

/** Both in one line: while training has figures to show, what is harvested is one of them. */
function reports(report: Report): { harvest: Report; train: Report } {
  let harvested = 0;
  let isTraining = false;
  return {
    harvest(progress) {
      harvested = progress.done / progress.total;
      if (!isTraining) report(progress);
    },
    train(progress) {
      isTraining = progress.done < progress.total;
      const values = harvested < 1 ? { ...progress.values, harvested } : progress.values;
      report({ ...progress, values });
    },
  };
}
