import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ActivationSource, Batch } from "../activations/source.ts";
import type { Report, TrainingLine } from "../bundle/index.ts";
import { toSaeConfig } from "../sae/config.ts";
import { type SaeMetadata, saveSae } from "../sae/files.ts";
import { toInference } from "../sae/inference.ts";
import type { Sae } from "../sae/sae.ts";
import { lazyWeights, weightEntries } from "../sae/weights.ts";
import { zeros } from "../tensor/tensor.ts";
import {
  type Checkpoint,
  discardCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type Unsaved,
} from "./checkpoint.ts";
import { DeadFeatures } from "./dead-features.ts";
import { kernelEngine, type TrainingEngine } from "./engines.ts";
import { initialWeights, meanNormScale } from "./initial.ts";
import { openLog } from "./log.ts";
import { DivergedError, scaled, type Training, trainStep } from "./loop.ts";
import { trainingSteps } from "./schedule.ts";
import { auxkCoefficient, sparsitySetting, type TrainSettings, trainSettings } from "./settings.ts";
import type { TrainingStepOptions } from "./training-step.ts";

/** One training in its folder: takes a batch at a time, writes its log and checkpoints, can be taken up again. */
export type TrainingRun = {
  readonly steps: number;
  /** more than 0 when it goes on from a checkpoint; its next batch is the one after so many */
  readonly steps_done: number;
  /** one step, logged and saved when that is due */
  step(batch: Batch): TrainingLine;
  /** a checkpoint of now */
  save(): void;
  /** writes the weights and, last, cfg.json; there are no more steps then */
  finish(): Promise<Sae>;
  dispose(): Promise<void>;
};

export type TrainingRunInput = {
  source: Pick<ActivationSource, "d_in" | "d_out" | "rows">;
  /** activations that the scales, b_dec and b_enc start from; asked for unless there is a checkpoint */
  first: () => Promise<Batch>;
  /** activations that are never trained on, to measure fvu on */
  held_out: Batch | null;
  /** gets checkpoints/ and bundle/ */
  run_dir: string;
  metadata: SaeMetadata;
  /** by default the compiled kernels */
  engine?: TrainingEngine;
  threads: number;
  report: Report;
  /** one line on what looks wrong */
  warn(line: string): void;
};

/** Below this share of live features, or so few active ones per token, a training has most likely gone wrong. */
const FEW_ALIVE = 0.1;
const FEW_ACTIVE = 0.5;

export async function openTrainingRun(
  settings: TrainSettings,
  input: TrainingRunInput,
): Promise<TrainingRun> {
  const { source, run_dir, report, engine = kernelEngine() } = input;
  const { d_in, d_out, rows } = source;
  const checkpoints = join(run_dir, "checkpoints");
  const bundle = join(run_dir, "bundle");
  for (const dir of [checkpoints, bundle]) mkdirSync(dir, { recursive: true });
  const { arithmetic } = engine;
  const asked = { ...trainSettings.parse(settings), d_in, d_out, rows, engine: arithmetic };
  const start = loadCheckpoint(checkpoints, asked) ?? (await firstCheckpoint(settings, input));
  const training = await resume(settings, start, engine, input);
  const log = openLog(join(bundle, "training.jsonl"), training.steps_done);
  const steps = trainingSteps(settings);
  const warning = fewAliveWarning(settings, input);
  const save = () => saveCheckpoint(checkpoints, toCheckpoint(training), asked);
  let measured: { fvu?: number } = {};

  return {
    steps,
    get steps_done() {
      return training.steps_done;
    },
    step(batch) {
      const line = stepOrKeepGood(training, batch, checkpoints);
      const { step, tokens, loss, mse_loss, sparsity_loss, auxk_loss, l0, dead_fraction } = line;
      const orthogonality = line.orthogonality_loss;
      if (line.fvu !== null) measured = { fvu: line.fvu };
      if (step % settings.log_every_steps === 0 || line.fvu !== null) log.append(line);
      if (step % settings.checkpoint_every_steps === 0) save();
      warning(line);
      report({
        stage: `train ${settings.architecture}`,
        done: tokens,
        total: steps * settings.train_batch_tokens,
        unit: "tokens",
        values: {
          loss,
          mse: mse_loss,
          sparsity: sparsity_loss,
          auxk: auxk_loss,
          ...(orthogonality !== undefined && { orthogonality }),
          l0,
          dead: dead_fraction,
          ...measured,
        },
      });
      return line;
    },
    save,
    async finish() {
      const { sae: config, kernel, batch_threshold } = training;
      const trained = { config, ...kernel.weights() };
      await kernel.dispose(); // else the weights would be there twice, and once more in another scale
      const sae = toInference(trained, training, batch_threshold);
      await saveSae(bundle, sae, {
        ...input.metadata,
        training_engine: engine.name,
        training_architecture: config.architecture,
        training_architecture_details: {
          k: config.k,
          ...(config.group_sizes && { group_sizes: config.group_sizes }),
        },
      });
      return sae;
    },
    dispose: () => training.kernel.dispose(),
  };
}

/** A step; when the loss turns out beyond measure, the checkpoint that led there goes, and the error says which is left. */
function stepOrKeepGood(training: Training, batch: Batch, checkpoints: string): TrainingLine {
  try {
    return trainStep(training, batch);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const left = discardCheckpoint(checkpoints, training.steps_done);
    const kept = left
      ? `the last good checkpoint is ${left}`
      : "there is no checkpoint from before";
    throw new DivergedError(`${error.message}; ${kept}`, { cause: error });
  }
}

/** Says once that hardly any feature is alive, when all have had their time to fire. */
function fewAliveWarning(settings: TrainSettings, { warn }: TrainingRunInput) {
  let isSaid = false;
  return ({ step, tokens, dead_fraction, l0 }: TrainingLine) => {
    if (isSaid || step <= settings.sparsity_warmup_steps || tokens <= settings.dead_after_tokens)
      return;
    if (1 - dead_fraction >= FEW_ALIVE && l0 >= FEW_ACTIVE) return;
    isSaid = true;
    const alive = (100 * (1 - dead_fraction)).toFixed(1);
    warn(
      `train: only ${alive} % of the features are alive at step ${step} (l0 ${l0.toFixed(2)}): ${sparsitySetting(settings)} may ask for too much sparsity, or lr (${settings.lr}) be too high`,
    );
  };
}

/** Where training starts; nothing of it is random but for the seed. */
async function firstCheckpoint(
  settings: TrainSettings,
  { first, source, threads, engine }: TrainingRunInput,
): Promise<Checkpoint> {
  const batch = await first();
  const input_scale = meanNormScale(batch.x);
  const output_scale = batch.y ? meanNormScale(batch.y) : input_scale;
  const config = toSaeConfig(settings, source);
  const scaledBatch = scaled(batch, { input_scale, output_scale });
  const weights = await initialWeights(config, scaledBatch, {
    ...settings,
    threads,
    sae_kernel: engine?.sae_kernel,
  });
  const shapes = new Map(weightEntries(config));
  const moments = lazyWeights([...shapes.keys()], (name) => zeros(...(shapes.get(name) ?? [])));
  return {
    state: { step: 0, weights, mean: moments, square: moments },
    tokens_since_fired: new Int32Array(config.d_sae),
    batch_threshold: 0,
    input_scale,
    output_scale,
  };
}

/** What the kernel is made for: batches to train on, and the held-out rows. */
export function kernelOptions(
  settings: TrainSettings,
  { threads, held_out_rows }: { threads: number; held_out_rows: number },
): TrainingStepOptions {
  return {
    ...settings,
    threads,
    batch: Math.max(settings.train_batch_tokens, held_out_rows),
    auxk_coefficient: auxkCoefficient(settings),
  };
}

async function resume(
  settings: TrainSettings,
  { state, tokens_since_fired, ...start }: Checkpoint,
  engine: TrainingEngine,
  { source, threads, held_out }: TrainingRunInput,
): Promise<Training> {
  const sae = toSaeConfig(settings, source);
  const held_out_rows = held_out?.x.shape[0] ?? 0;
  const options = kernelOptions(settings, { threads, held_out_rows });
  const kernel = await engine.createStep(sae, state, options);
  const dead = new DeadFeatures(tokens_since_fired, settings.dead_after_tokens);
  const steps_done = state.step;
  return { sae, settings, kernel, dead, held_out, ...start, best_mse: Infinity, steps_done };
}

function toCheckpoint({ kernel, dead, batch_threshold, ...training }: Training): Unsaved {
  const { input_scale, output_scale } = training;
  const { tokens_since_fired } = dead;
  return { state: kernel.stored(), tokens_since_fired, batch_threshold, input_scale, output_scale };
}
