import type { SaeSettings } from "../sae/config.ts";
import type { Loss, LossOptions, LossSettings } from "../sae/loss.ts";
import type { Weights } from "../sae/weights.ts";
import type { StoredArray, StreamedArray } from "../tensor/safetensors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Adam's ε (Kingma and Ba 2015). */
export const ADAM_EPSILON = 1e-8;

/**
 * The weights and Adam's moments after `step` steps; of `threshold` they are those of its logarithm.
 * Unless decoder_norm is free, rows of W_dec have norm 1.
 */
export type StepState = { step: number; weights: Weights; mean: Weights; square: Weights };

/** A state on its way to a file. */
export type StoredState = { step: number } & Record<
  "weights" | "mean" | "square",
  Record<string, StoredArray | StreamedArray>
>;

/** What stays the same from step to step. */
export type StepSettings = LossSettings &
  Pick<SaeSettings, "decoder_norm"> & {
    adam_beta1: number;
    adam_beta2: number;
    /** 0 does not clip */
    clip_grad_norm: number;
  };

/** What may differ from step to step. */
export type StepOptions = Omit<LossOptions, keyof LossSettings> & { lr: number };

export type StepResult = Loss & {
  l0: number;
  /** of the whole gradient, before clipping, without what would lengthen the decoder's rows */
  grad_norm: number;
  /** the smallest activation of the batch; 0 where none is active */
  smallest_active: number;
  /** [d_sae] rows of the batch on which each feature was active */
  fired: Int32Array;
};

/**
 * One step of training:
 *
 *     g     = d loss / d weights, without the part of g_W_dec along each row of W_dec
 *     g     ← g · min(1, clip_grad_norm / ‖g‖)
 *     w     ← Adam(w, g),  then rows of W_dec back to norm 1
 *
 * With decoder_norm free the rows and their gradient stay as they are.
 */
export type TrainingStep = {
  /** x[n, d_in], at most `batch` rows; y[n, d_out] of a transcoder, else null: the target is x */
  step(x: Tensor, y: Tensor | null, options: StepOptions): StepResult;
  /** x̂[n, d_out] with the weights as they are, and how many activations that took per row */
  reconstruct(x: Tensor): { x_hat: Tensor; l0: number };
  /** a copy */
  state(): StepState;
  /** the weights alone, a copy */
  weights(): Weights;
  /** the state to be written before the next step, without a copy as a whole */
  stored(): StoredState;
  /** goes on from another state of the same sizes */
  load(state: StepState): void;
  dispose(): Promise<void>;
};

export type TrainingStepOptions = StepSettings & {
  threads: number;
  batch: number;
  /** the largest that any step will be given; at 0 no room is kept for the auxiliary loss */
  auxk_coefficient: number;
  /** likewise; absent: 0 */
  orthogonality_coefficient?: number;
};
