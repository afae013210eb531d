import type { SaeConfig } from "../sae/config.ts";
import { createKernel } from "../sae/kernel/kernel.ts";
import {
  putArrays,
  putRows,
  putWeights,
  rowsPerSlice,
  takeArrays,
  takeRows,
} from "../sae/kernel/layout.ts";
import { zeros } from "../tensor/tensor.ts";
import { trainingLayout } from "./step-layout.ts";
import {
  ADAM_EPSILON,
  type StepState,
  type TrainingStep,
  type TrainingStepOptions,
} from "./training-step.ts";

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
  let step = 0;
  function load(state: StepState): void {
    putWeights(kernel, state.weights);
    putArrays(kernel, state.mean, "m_");
    putArrays(kernel, state.square, "v_");
    step = state.step;
  }
  load(state);

  /** x̂ of rows [first_row, last_row), and how many entries that took; false when they do not fit. */
  function reconstructRows(first_row: number, last_row: number): number | false {
    kernel.set({ first_row, last_row, overflow: 0 });
    kernel.runParts("encode");
    if (kernel.get("overflow")) return false;
    kernel.runParts("decode");
    return kernel
      .ints("row_count")
      .subarray(first_row, last_row)
      .reduce((sum, n) => sum + n, 0);
  }

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
    step(x, _y, { lr, sparsity_coefficient, auxk_coefficient, dead }) {
      const n = x.shape[0];
      step++;
      putRows(kernel.floats("x"), x.data, config.d_in);
      kernel.set({
        batch: n,
        lr,
        l1: sparsity_coefficient / n,
        auxk: auxk_coefficient,
        grad_scale: 1,
      });
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
      const sparsity_loss = (sparsity_coefficient * l1) / n;
      const auxk_loss = (auxk_coefficient * aux_squared_error) / n;
      return {
        loss: mse_loss + sparsity_loss + auxk_loss,
        mse_loss,
        sparsity_loss,
        auxk_loss,
        l0: entries / n,
        smallest_active: 0,
        grad_norm: Math.sqrt(grad_squared),
        fired: kernel.ints("fired").slice(0, config.d_sae),
      };
    },
    reconstruct(x) {
      const n = x.shape[0];
      putRows(kernel.floats("x"), x.data, config.d_in);
      let entries = reconstructRows(0, n);
      if (entries === false) {
        entries = 0;
        const slice = rowsPerSlice(kernel);
        for (let first = 0; first < n; first += slice)
          entries += reconstructRows(first, Math.min(first + slice, n)) || 0;
      }
      const x_hat = zeros(n, config.d_in);
      takeRows(x_hat.data, kernel.floats("x_hat"), config.d_in);
      return { x_hat, l0: entries / n };
    },
    load,
    state: () => ({
      step,
      weights: takeArrays(kernel, config),
      mean: takeArrays(kernel, config, "m_"),
      square: takeArrays(kernel, config, "v_"),
    }),
    dispose: kernel.dispose,
  };
}
