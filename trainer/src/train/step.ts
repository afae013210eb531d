import type { SaeConfig } from "../sae/config.ts";
import { createKernel } from "../sae/kernel/kernel.ts";
import { putArrays, putRows, putWeights, rowsPerSlice, takeArrays } from "../sae/kernel/layout.ts";
import type { Loss, LossOptions } from "../sae/loss.ts";
import type { Weights } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { trainingLayout } from "./step-layout.ts";

/** Adam's ε (Kingma and Ba 2015). */
export const ADAM_EPSILON = 1e-8;

/** The weights and Adam's moments after `step` steps. Rows of W_dec have norm 1. */
export type StepState = { step: number; weights: Weights; mean: Weights; square: Weights };

export type StepOptions = LossOptions & { lr: number };

export type StepResult = Loss & {
  l0: number;
  /** of the whole gradient, before clipping, without what would lengthen the decoder's rows */
  grad_norm: number;
  /** [d_sae] rows of the batch on which each feature was active */
  fired: Int32Array;
};

/**
 * One step of training:
 *
 *     g     = d loss / d weights, without the part of g_W_dec along each row of W_dec
 *     g     ← g · min(1, clip_grad_norm / ‖g‖)
 *     w     ← Adam(w, g),  then rows of W_dec back to norm 1
 */
export type TrainingStep = {
  /** x[n, d_in], at most `batch` rows */
  step(x: Tensor, options: StepOptions): StepResult;
  /** a copy */
  state(): StepState;
  dispose(): Promise<void>;
};

export type TrainingStepOptions = {
  threads: number;
  batch: number;
  adam_beta1: number;
  adam_beta2: number;
  /** 0 does not clip */
  clip_grad_norm: number;
  auxk_coefficient: number;
};

/**
 * The step on the compiled kernel; `referenceStep` is the same in plain loops. Only active features
 * are worked on, and unless gradients are clipped they are never written as a whole.
 * The result does not depend on the number of threads.
 */
export async function createTrainingStep(
  config: SaeConfig,
  state: StepState,
  options: TrainingStepOptions,
): Promise<TrainingStep> {
  const { adam_beta1, adam_beta2, clip_grad_norm } = options;
  const layout = trainingLayout(config, options);
  const kernel = await createKernel({ threads: options.threads, ...layout });
  kernel.set({ beta1: adam_beta1, beta2: adam_beta2, epsilon: ADAM_EPSILON });
  kernel.set({ clip_norm: clip_grad_norm });
  putWeights(kernel, state.weights);
  putArrays(kernel, state.mean, "m_");
  putArrays(kernel, state.square, "v_");
  let step = state.step;

  /** The rows' part of the step, and their entries sorted by feature; false when they do not fit. */
  function backward(first_row: number, last_row: number, accumulate: boolean): boolean {
    kernel.set({ first_row, last_row, accumulate: accumulate ? 1 : 0, overflow: 0 });
    kernel.runParts("rows");
    if (kernel.get("overflow")) return false;
    kernel.run("offsets");
    kernel.runParts("scatter");
    return true;
  }

  function updateFused(): void {
    kernel.runParts("fused");
    kernel.run("reduce");
  }

  function updateFromGradients(): void {
    kernel.runParts("finish");
    kernel.run("reduce");
    kernel.runParts("update");
  }

  /** Too dense a batch for the room there is: in slices that fit whatever they hold. */
  function backwardInSlices(n: number): void {
    const slice = rowsPerSlice(kernel);
    for (let first = 0; first < n; first += slice) {
      backward(first, Math.min(first + slice, n), first > 0);
      kernel.runParts("gather");
    }
  }

  return {
    step(x, { lr, l1_coefficient, auxk_coefficient, dead }) {
      const n = x.shape[0];
      step++;
      putRows(kernel.floats("x"), x.data, config.d_in);
      kernel.set({ batch: n, lr, l1: l1_coefficient / n, auxk: auxk_coefficient, grad_scale: 1 });
      kernel.set({ correction1: 1 - adam_beta1 ** step, correction2: 1 - adam_beta2 ** step });
      kernel.set({ n_dead: 0 });
      if (auxk_coefficient > 0) {
        const list = Int32Array.from(dead.keys()).filter((f) => dead[f]);
        kernel.ints("dead").set(list);
        kernel.set({ n_dead: list.length });
        kernel.runParts("dead_panels");
      }
      if (!backward(0, n, false)) {
        backwardInSlices(n);
        updateFromGradients();
      } else if (clip_grad_norm > 0) {
        kernel.runParts("gather");
        updateFromGradients();
      } else updateFused();
      kernel.run("update_b_dec");

      const [squared_error, l1, entries, aux_squared_error, grad_squared] =
        kernel.doubles("result");
      const mse_loss = squared_error / n;
      const sparsity_loss = (l1_coefficient * l1) / n;
      const auxk_loss = (auxk_coefficient * aux_squared_error) / n;
      return {
        loss: mse_loss + sparsity_loss + auxk_loss,
        mse_loss,
        sparsity_loss,
        auxk_loss,
        l0: entries / n,
        grad_norm: Math.sqrt(grad_squared),
        fired: kernel.ints("fired").slice(0, config.d_sae),
      };
    },
    state: () => ({
      step,
      weights: takeArrays(kernel, config),
      mean: takeArrays(kernel, config, "m_"),
      square: takeArrays(kernel, config, "v_"),
    }),
    dispose: kernel.dispose,
  };
}
