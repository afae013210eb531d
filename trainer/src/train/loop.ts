import type { Batch } from "../activations/source.ts";
import { BundleError, UsageError } from "../bundle/errors.ts";
import type { TrainingLine } from "../bundle/training.ts";
import { outWidth, type SaeConfig, selectsFromBatch } from "../sae/config.ts";
import { Fvu } from "../sae/fvu.ts";
import type { Scales } from "../sae/inference.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DeadFeatures } from "./dead-features.ts";
import { resampleDead } from "./resample.ts";
import { learningRate, trainingSteps } from "./schedule.ts";
import { penaltiesOf, type TrainSettings } from "./settings.ts";
import type { StepResult, TrainingStep } from "./training-step.ts";

/** A training under way: what a checkpoint holds, and the kernel that holds the weights. */
export type Training = Scales & {
  sae: SaeConfig;
  settings: TrainSettings;
  kernel: TrainingStep;
  dead: DeadFeatures;
  /** moving mean of the smallest activation that a batch kept; 0 before the first batch */
  batch_threshold: number;
  steps_done: number;
  /** the smallest squared error of a batch since training was begun or taken up */
  best_mse: number;
  /** activations that are never trained on, to measure fvu on */
  held_out: Batch | null;
};

/** A squared error so many times that of reconstructing nothing (about the width) will not come down again. */
const DIVERGED = 1000;
/** Nor will one that is worse than reconstructing nothing when it had been so many times smaller. */
const RISEN = { over_nothing: 4, over_best: 30 };

/**
 * How much of the moving mean stays at each step: some twenty steps count. One batch's selection is
 * precise already, and over hundreds of steps (SAELens: 0.99, dictionary_learning: 0.999) activations
 * shrink so far that a threshold from back then lets too few through.
 */
const THRESHOLD_BETA = 0.95;

/** The step after `steps_done`. */
export function trainStep(training: Training, batch: Batch): TrainingLine {
  const { settings, kernel, dead } = training;
  const step = training.steps_done + 1;
  const lr = learningRate(step, settings);
  const { x, y } = scaled(batch, training);
  const penalties = penaltiesOf(settings, step);
  const result = kernel.step(x, y, { ...penalties, lr, dead: dead.mask });
  const { fired, smallest_active, ...figures } = result;
  refuseDivergence(training, step, result, batch);
  training.best_mse = Math.min(training.best_mse, result.mse_loss);
  dead.update(fired, x.shape[0]);
  training.batch_threshold = movedThreshold(training, smallest_active);
  training.steps_done = step;
  if (isResampling(step, settings)) resampleDead(training, { x, y }, step);
  const fvu = isDue(step, settings.fvu_every_steps) ? heldOutFvu(training) : null;
  const tokens = step * settings.train_batch_tokens;
  return { step, tokens, ...figures, fvu, dead_fraction: dead.fraction, lr };
}

/** Not while the learning rate falls: what is new then would not be learnt any more. */
function isResampling(step: number, settings: TrainSettings): boolean {
  const falls = trainingSteps(settings) * (1 - settings.lr_decay_fraction);
  return isDue(step, settings.resample_every_steps) && step <= falls;
}

function isDue(step: number, every: number): boolean {
  return every > 0 && step % every === 0;
}

/** The inference threshold of batchtopk (Bussmann et al. 2024, §3): the mean smallest kept activation. */
function movedThreshold({ sae, batch_threshold: before, steps_done }: Training, least: number) {
  if (!selectsFromBatch(sae.architecture)) return 0;
  // a plain mean at first, so that the start does not weigh on it
  const beta = Math.min(THRESHOLD_BETA, steps_done / (steps_done + 1));
  return beta * before + (1 - beta) * least;
}

function heldOutFvu(training: Training): number | null {
  if (!training.held_out) return null;
  const { x, y } = scaled(training.held_out, training);
  const fvu = new Fvu();
  fvu.add(y ?? x, training.kernel.reconstruct(x).x_hat);
  return fvu.value;
}

/** A copy in the scale that the SAE is trained in. */
export function scaled({ x, y }: Batch, { input_scale, output_scale }: Scales): Batch {
  return { x: times(x, input_scale), y: y && times(y, output_scale) };
}

function times({ shape, data }: Tensor, by: number): Tensor {
  const to = new Float32Array(data.length); // a loop takes a fifth of what map takes, at each step
  for (let i = 0; i < to.length; i++) to[i] = data[i] * by;
  return { shape, data: to };
}

/** The loss of the weights after `steps_done` steps, or their gradient, is beyond all measure. */
export class DivergedError extends UsageError {}

function refuseDivergence(
  { sae, settings, best_mse }: Training,
  step: number,
  { loss, mse_loss, grad_norm }: StepResult,
  { x, y }: Batch,
): void {
  const finite = Number.isFinite(loss) && Number.isFinite(grad_norm);
  const times_nothing = mse_loss / outWidth(sae);
  const times_best = mse_loss / best_mse;
  const hasRisen = times_nothing > RISEN.over_nothing && times_best > RISEN.over_best;
  if (finite && !hasRisen && times_nothing < DIVERGED) return;
  for (const { data } of y ? [x, y] : [x]) {
    const bad = data.find((value) => !Number.isFinite(value));
    if (bad !== undefined)
      throw new BundleError(
        `step ${step}: the activations hold ${bad}; harvest them again, and check the model's weights`,
      );
  }
  const { lr, clip_grad_norm } = settings;
  throw new DivergedError(
    `training diverged at step ${step}: the loss is ${loss}, of it ${mse_loss} squared error; lower lr (${lr}) or set clip_grad_norm (${clip_grad_norm})`,
  );
}
