import { join } from "node:path";
import { modelId } from "../text/config.ts";
import { groups, threadsOf } from "./config.ts";
import { folders, type StageWork, stageVerb } from "./stage-verb.ts";

export const trainStage: StageWork = {
  name: "train",
  async work(run, { report, say, signal }) {
    const { config, dir } = run;
    const { openActivations } = await import("../activations/open-activations.ts");
    const { train } = await import("../train/train.ts");
    const source = await openActivations(folders.activations(run));
    const { hook_name, context_size } = config;
    const passes = config.train_tokens / source.rows;
    if (passes > 1)
      say(
        `train: ${config.train_tokens} tokens are ${passes.toFixed(1)} passes over the ${source.rows} there are; a higher --max_tokens or more --text makes more`,
      );
    const metadata = { model_name: modelId(config), hook_name, context_size };
    await train(config, {
      source,
      run_dir: dir,
      metadata,
      threads: threadsOf(config),
      held_out: null,
      report,
      warn: say,
      signal,
    });
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
