import { join } from "node:path";
import { hooksOf } from "../activations/config.ts";
import type { ActivationSource } from "../activations/source.ts";
import { modelId } from "../text/config.ts";
import { groups, threadsOf } from "./config.ts";
import { folders, type StageWork, stageVerb, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

export const trainStage: StageWork = {
  name: "train",
  async work(run, context) {
    const { keepsAll, openActivations, readHeader } = await import(
      "../activations/open-activations.ts"
    );
    const dir = folders.activations(run);
    const headers = await Promise.all(hooksOf(run.config).map((name) => readHeader(dir, name)));
    if (headers.every(keepsAll))
      return trainOn(await openActivations(dir, run.config), run, context);
    const { withOrigin } = await import("./origin.ts");
    await withOrigin(run, context, async (origin) =>
      trainOn(await openActivations(dir, run.config, origin), run, context),
    );
  },
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

/** Trains the run's autoencoder on activations, wherever they come from. */
export async function trainOn(
  source: ActivationSource,
  { config, dir }: TrainerRun,
  { report, say, signal }: Context,
): Promise<void> {
  const { train } = await import("../train/train.ts");
  const { hook_name, hook_name_out, context_size } = config;
  const passes = config.train_tokens / source.rows;
  if (passes > 1)
    say(
      `train: ${config.train_tokens} tokens are ${passes.toFixed(1)} passes over the ${source.rows} there are; a higher --max_tokens or more --text makes more`,
    );
  const metadata = { model_name: modelId(config), hook_name, hook_name_out, context_size };
  await train(config, {
    source,
    run_dir: dir,
    metadata,
    threads: threadsOf(config),
    held_out: await source.heldOut(),
    report,
    warn: say,
    signal,
  });
}
