import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ActivationSource, shuffled } from "../activations/source.ts";
import { type Report, UsageError } from "../bundle/index.ts";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { type SaeMetadata, saveSae } from "../sae/files.ts";
import { type Sae, zeroWeights } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { trainConfig } from "./config.ts";
import { DeadFeatures } from "./dead-features.ts";
import { initialWeights, inputScale, unscaled } from "./initial.ts";
import { openLog } from "./log.ts";
import { penalties, type Training, trainSae } from "./loop.ts";
import { trainingSteps } from "./schedule.ts";
import { createTrainingStep } from "./step.ts";

/** What a training depends on beside its activations; a checkpoint is refused under other values. */
const trainSettings = z.object({ ...saeConfig.shape, ...trainConfig.shape, seed: z.int() });
export type TrainSettings = z.infer<typeof trainSettings>;

export type TrainInput = {
  source: ActivationSource;
  /** gets checkpoints/ and bundle/ */
  run_dir: string;
  metadata: SaeMetadata;
  threads: number;
  report: Report;
  /** once it is aborted, a checkpoint is written and its reason thrown */
  signal?: AbortSignal;
};

/** Activations that the scale, b_dec and b_enc start from. */
const FIRST_ROWS = 16_384;

/**
 * Trains an SAE, from the newest checkpoint if there is one: an interrupted training ends with the
 * same bytes as one that was not. Writes bundle/training.jsonl as it goes, and last the weights
 * and cfg.json.
 */
export async function train(settings: TrainSettings, input: TrainInput): Promise<Sae> {
  const { source, run_dir, metadata, threads, report, signal } = input;
  const checkpoints = join(run_dir, "checkpoints");
  const bundle = join(run_dir, "bundle");
  for (const dir of [checkpoints, bundle]) mkdirSync(dir, { recursive: true });
  const asked = { ...trainSettings.parse(settings), d_in: source.d_in, rows: source.rows };
  const start =
    loadCheckpoint(checkpoints, asked) ?? (await firstCheckpoint(settings, source, threads));
  const training = await resume(settings, start, threads);
  const log = openLog(join(bundle, "training.jsonl"), training.steps_done);
  const save = () => saveCheckpoint(checkpoints, toCheckpoint(training), asked);

  try {
    for await (const line of trainSae(training, batchesOf(settings, source, training.steps_done))) {
      const { step, tokens, loss, l0, dead_fraction } = line;
      if (step % settings.log_every_steps === 0) log.append(line);
      if (step % settings.checkpoint_every_steps === 0 || signal?.aborted) save();
      signal?.throwIfAborted();
      report({
        stage: `train ${settings.architecture}`,
        done: tokens,
        total: trainingSteps(settings) * settings.train_batch_tokens,
        unit: "tokens",
        values: { loss, l0, dead: dead_fraction },
      });
    }
    const weights = unscaled(training.kernel.state().weights, training.input_scale);
    const sae = { config: training.sae, ...weights };
    await saveSae(bundle, sae, metadata);
    return sae;
  } finally {
    await training.kernel.dispose();
  }
}

function batchesOf(settings: TrainSettings, source: ActivationSource, start: number) {
  const { seed, train_batch_tokens: batch, buffer_tokens } = settings;
  if (source.rows < batch)
    throw new UsageError(
      `there are ${source.rows} activations to train on, fewer than one batch of ${batch}: lower train_batch_tokens or give more text`,
    );
  return shuffled(source, { seed, batch, buffer_rows: Math.max(buffer_tokens, batch) }, start);
}

/** Where training starts; nothing of it is random but for the seed. */
async function firstCheckpoint(
  settings: TrainSettings,
  source: ActivationSource,
  threads: number,
): Promise<Checkpoint> {
  const x = await firstRows(settings, source);
  const input_scale = inputScale(x);
  for (let i = 0; i < x.data.length; i++) x.data[i] *= input_scale;
  const config = toSaeConfig(settings, source.d_in);
  const weights = await initialWeights(config, x, { ...settings, threads });
  const [mean, square] = [zeroWeights(config), zeroWeights(config)];
  const tokens_since_fired = new Int32Array(config.d_sae);
  return { state: { step: 0, weights, mean, square }, tokens_since_fired, input_scale };
}

async function firstRows(settings: TrainSettings, source: ActivationSource): Promise<Tensor> {
  const batches: Float32Array[] = [];
  for await (const { x } of batchesOf(settings, source, 0)) {
    batches.push(x.data);
    const rows = batches.length * settings.train_batch_tokens;
    if (rows >= FIRST_ROWS || rows + settings.train_batch_tokens > source.rows) break;
  }
  const data = new Float32Array(batches.reduce((sum, { length }) => sum + length, 0));
  batches.forEach((batch, i) => {
    data.set(batch, i * batch.length);
  });
  return { shape: [data.length / source.d_in, source.d_in], data };
}

async function resume(
  settings: TrainSettings,
  start: Checkpoint,
  threads: number,
): Promise<Training> {
  const { state, tokens_since_fired, input_scale } = start;
  const sae = toSaeConfig(settings, state.weights.b_dec.data.length);
  const { auxk_coefficient } = penalties[sae.architecture](settings, 1);
  const kernel = await createTrainingStep(sae, state, {
    ...settings,
    threads,
    batch: settings.train_batch_tokens,
    auxk_coefficient,
  });
  const dead = new DeadFeatures(tokens_since_fired, settings.dead_after_tokens);
  return { sae, config: settings, kernel, dead, input_scale, steps_done: state.step };
}

function toCheckpoint({ kernel, dead, input_scale }: Training): Checkpoint {
  return { state: kernel.state(), tokens_since_fired: dead.tokens_since_fired, input_scale };
}

function toSaeConfig({ architecture, d_sae, k }: TrainSettings, d_in: number): SaeConfig {
  return { architecture, d_in, d_sae, k: architecture === "topk" ? k : null };
}
