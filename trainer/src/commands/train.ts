import { join } from "node:path";
import { hooksOf } from "../activations/config.ts";
import type { ActivationSource } from "../activations/source.ts";
import { UsageError } from "../bundle/index.ts";
import { modelId } from "../text/config.ts";
import { groups, type RunConfig, threadsOf } from "./config.ts";
import { groupsWithin, needLine, needOf, trainingBudget } from "./memory.ts";
import { folders, type StageWork, stageVerb, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

export const trainStage: StageWork = {
  name: "train",
  work: (run, context) => withHarvested(run, context, (source) => trainOn(source, run, context)),
  async outcome(run) {
    const { loadSae } = await import("../sae/files.ts");
    const dir = folders.bundle(run);
    const { config } = await loadSae(dir);
    const text = `${join(dir, "sae_weights.safetensors")}: ${config.architecture}, ${config.d_sae} features of ${config.d_in}`;
    return { text, data: { dir, ...config } };
  },
};

export const train = stageVerb(
  trainStage,
  "Trains a sparse autoencoder on the activations, in RUN_DIR/checkpoints and RUN_DIR/bundle; goes on from the newest checkpoint.",
  groups.train,
);

/** Lends the activations that a run has harvested; those that were not kept are computed again. */
export async function withHarvested(
  run: TrainerRun,
  context: Context,
  work: (source: ActivationSource) => Promise<void>,
): Promise<void> {
  const { keepsAll, openActivations, readHeader } = await import(
    "../activations/open-activations.ts"
  );
  const dir = folders.activations(run);
  if (!run.isDone("harvest"))
    throw new UsageError(
      `${run.dir}: its activations have not been harvested, which this trains on: npx trainer harvest ${run.dir} does it`,
    );
  const headers = await Promise.all(hooksOf(run.config).map((name) => readHeader(dir, name)));
  if (headers.every(keepsAll)) return work(await openActivations(dir, run.config));
  context.say("train: not all activations were kept (cache_limit_gb): the model computes the rest");
  const { withOrigin } = await import("./origin.ts");
  await withOrigin(run, context, async (origin) =>
    work(await openActivations(dir, run.config, origin)),
  );
}

/** Trains the run's autoencoder on activations, wherever they come from. */
export async function trainOn(
  source: ActivationSource,
  run: TrainerRun,
  context: Context,
): Promise<void> {
  const { train } = await import("../train/train.ts");
  const { report, say, signal } = context;
  stateMemory(run.config, source, say);
  sayPasses(run.config, source, say);
  say(`train: Ctrl-C stops it at a checkpoint; npx trainer resume ${run.dir} goes on from there`);
  await train(run.config, { ...(await trainingInput(source, run)), report, warn: say, signal });
}

/** What a run's training needs but for who is told of it. */
export async function trainingInput(
  source: ActivationSource,
  { config, dir }: Pick<TrainerRun, "config" | "dir">,
) {
  const { openTrainingEngine } = await import("../train/engines.ts");
  const { hook_name, hook_name_out, context_size } = config;
  return {
    source,
    run_dir: dir,
    metadata: { model_name: modelId(config), hook_name, hook_name_out, context_size },
    engine: await openTrainingEngine(config.device, config.sae_kernel),
    threads: threadsOf(config),
    held_out: await source.heldOut(),
  };
}

/** Before any of it is taken; what the machine does not have is refused. */
export function stateMemory(
  config: RunConfig,
  { d_in, d_out }: Pick<ActivationSource, "d_in" | "d_out">,
  say: Context["say"],
): void {
  if (config.device === "tfjs") return; // which trains in the GPU's memory
  const widthAt = (hook_name: string) => (hook_name === config.hook_name ? d_in : (d_out ?? d_in));
  const need = needOf(config.name ?? "train", config, widthAt);
  groupsWithin([need], trainingBudget(config));
  say(`train: ${needLine(need)}`);
}

export function sayPasses(
  { train_tokens }: Pick<RunConfig, "train_tokens">,
  { rows }: Pick<ActivationSource, "rows">,
  say: Context["say"],
): void {
  if (train_tokens <= rows) return;
  say(
    `train: ${train_tokens} tokens are ${(train_tokens / rows).toFixed(1)} passes over the ${rows} there are; a higher --max_tokens or more --text makes more`,
  );
}
