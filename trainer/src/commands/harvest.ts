import { hooksOf } from "../activations/config.ts";
import type { Harvesting } from "../activations/harvest.ts";
import type { Kept } from "../activations/limit.ts";
import { groups, type RunConfig } from "./config.ts";
import { withOrigin } from "./origin.ts";
import { folders, type StageWork, stageVerb, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

export const harvestStage: StageWork = {
  name: "harvest",
  work: (run, context) =>
    withHarvest(run, hooksOf(run.config), context, async ({ finished }) => void (await finished)),
  async outcome(run) {
    const { readHeader } = await import("../activations/open-activations.ts");
    const dir = folders.activations(run);
    const hook_names = hooksOf(run.config);
    const headers = await Promise.all(hook_names.map((name) => readHeader(dir, name)));
    const { rows } = headers[0];
    const what = headers.map(({ hook_name, width }) => `${width} at ${hook_name}`);
    const text = `${dir}: ${rows} activations of ${what.join(" and ")}`;
    const hooks = headers.map(({ hook_name, width }) => ({ hook_name, width }));
    return { text, data: { dir, rows, hooks } };
  },
};

export const harvest = stageVerb(
  harvestStage,
  "Runs the model over the contexts and keeps its activations at a hook, in RUN_DIR/activations.",
  groups.harvest,
);

/**
 * Begins the harvest that a run's settings ask for, at hooks of its own and others', and lends it to `work`; neither
 * outlives the other's failure. The model is there until both are done.
 */
export async function withHarvest(
  run: TrainerRun,
  hook_names: string[],
  context: Context,
  work: (harvesting: Harvesting) => Promise<void>,
): Promise<void> {
  const { config } = run;
  const { beginHarvest } = await import("../activations/harvest.ts");
  const stop = new AbortController();
  await withOrigin(run, context, async (origin) => {
    const harvesting = await beginHarvest(config, hook_names, {
      ...origin,
      dir: folders.activations(run),
      report: context.report,
      signal: AbortSignal.any([context.signal, stop.signal]),
      most_bytes: config.cache_limit_gb === null ? undefined : config.cache_limit_gb * 1e9,
    });
    sayKept(harvesting.kept, config, context);
    try {
      await work(harvesting);
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await harvesting.finished.catch(() => {});
    }
  });
}

/** What `cache_limit_gb` means for this run, before any work. */
function sayKept(
  { rows, of_rows, bytes, of_bytes }: Kept,
  { train_tokens }: RunConfig,
  { say }: Context,
): void {
  if (rows === of_rows) return;
  const [kept, whole] = [bytes, of_bytes].map((n) => (n / 1e9).toFixed(2));
  const passes = (train_tokens / of_rows).toFixed(1);
  say(
    `harvest: ${kept} of ${whole} GB of activations are kept (cache_limit_gb); training computes the other ${of_rows - rows} of ${of_rows} rows in each of its ${passes} passes`,
  );
}
