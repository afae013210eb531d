import { outWidth, type SaeConfig, selectsFromBatch } from "../sae/config.ts";
import { encodeRows, overflowed, rowsPerSlice } from "../sae/kernel/encode.ts";
import { createKernel, type Kernel, type KernelChoices } from "../sae/kernel/kernel.ts";
import {
  putArrays,
  putRows,
  putWeights,
  streamArrays,
  takeArrays,
  takeRows,
} from "../sae/kernel/weights.ts";
import { allFeatures } from "../sae/orthogonality.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { Backward } from "./backward.ts";
import { BatchSelection } from "./batch-selection.ts";
import { orthogonalities, TOTALS, trainingLayout } from "./step-layout.ts";
import {
  ADAM_EPSILON,
  type StepOptions,
  type StepResult,
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
  options: TrainingStepOptions & KernelChoices,
): Promise<TrainingStep> {
  const { threads, sae_kernel, took } = options;
  const layout = trainingLayout(config, options);
  const kernel = await createKernel({ threads, sae_kernel, took, ...layout });
  return trainingStepOn(kernel, config, state, options);
}

/** On a kernel of `trainingLayout`. */
export function trainingStepOn(
  kernel: Kernel,
  config: SaeConfig,
  state: StepState,
  { adam_beta1, adam_beta2, clip_grad_norm }: TrainingStepOptions,
): TrainingStep {
  kernel.set({ beta1: adam_beta1, beta2: adam_beta2, epsilon: ADAM_EPSILON });
  kernel.set({ clip_norm: clip_grad_norm });
  let end = 0;
  kernel.ints("group_end").set((config.group_sizes ?? [config.d_sae]).map((size) => (end += size)));
  const backward = new Backward(kernel, config);
  const selection = new BatchSelection(kernel);
  let step = 0;

  function load(state: StepState): void {
    putWeights(kernel, { config, ...state.weights });
    putArrays(kernel, config, state.mean, "m_");
    putArrays(kernel, config, state.square, "v_");
    step = state.step;
  }
  load(state);

  return {
    step(x, y, given) {
      const n = x.shape[0];
      step++;
      putBatch(kernel, config, x, y);
      kernel.set({ lr: given.lr, sparsity: given.sparsity_coefficient / n, grad_scale: 1 });
      kernel.set({ correction1: 1 - adam_beta1 ** step, correction2: 1 - adam_beta2 ** step });
      putDead(kernel, given);
      const apart = putChunks(kernel, config, given);
      const isKept = backward.run(n);
      update(kernel, isKept, apart, clip_grad_norm > 0);
      return resultOf(kernel, config, n, given);
    },
    reconstruct(x) {
      putBatch(kernel, config, x, null);
      kernel.set({ n_dead: 0 });
      return reconstruct(kernel, config, selection, x.shape[0]);
    },
    load,
    state: () => ({
      step,
      weights: takeArrays(kernel, config),
      mean: takeArrays(kernel, config, "m_"),
      square: takeArrays(kernel, config, "v_"),
    }),
    weights: () => takeArrays(kernel, config),
    stored: () => ({
      step,
      weights: streamArrays(kernel, config),
      mean: streamArrays(kernel, config, "m_"),
      square: streamArrays(kernel, config, "v_"),
    }),
    dispose: kernel.dispose,
  };
}

function putBatch(kernel: Kernel, config: SaeConfig, x: Tensor, y: Tensor | null): void {
  putRows(kernel.floats("x"), x.data, config.d_in);
  if (y) putRows(kernel.floats("y"), y.data, outWidth(config));
  kernel.set({ batch: x.shape[0], above: 0 });
}

function putDead(kernel: Kernel, { auxk_coefficient, dead }: StepOptions): void {
  kernel.set({ auxk: auxk_coefficient, n_dead: 0 });
  if (auxk_coefficient === 0) return;
  const list = Int32Array.from(dead.keys()).filter((f) => dead[f]);
  kernel.ints("dead").set(list);
  kernel.set({ n_dead: list.length });
  kernel.runParts("dead_quants");
}

/** Whether decoder rows are held apart in this step. */
function putChunks(kernel: Kernel, { d_sae }: SaeConfig, given: StepOptions): boolean {
  const { orthogonality_coefficient = 0, chunks = allFeatures(d_sae) } = given;
  if (orthogonality_coefficient === 0) return false;
  kernel.set({ orthogonality_weight: orthogonality_coefficient / d_sae, chunks: chunks.count });
  kernel.ints("chunk_order").set(chunks.order);
  return true;
}

/** Gradients are gathered and applied feature by feature, unless all are needed before any is applied. */
function update(kernel: Kernel, isKept: boolean, apart: boolean, clips: boolean): void {
  const hasSkip = kernel.get("skip") === 1;
  const atOnce = !isKept && !clips && !apart;
  if (atOnce) kernel.runParts("fused");
  else {
    if (!isKept) kernel.runParts("gather");
    if (apart) holdApart(kernel);
    kernel.runParts("finish");
  }
  if (hasSkip) kernel.runParts("skip");
  kernel.run("reduce");
  if (!atOnce) kernel.runParts("update");
  if (hasSkip) kernel.runParts("update_skip");
  kernel.run("update_b_dec");
}

function holdApart(kernel: Kernel): void {
  kernel.runParts("unit_rows");
  if (kernel.get("orthogonality") === orthogonalities.max) kernel.runParts("nearest");
  kernel.runParts("turn");
}

function resultOf(
  kernel: Kernel,
  { d_sae, group_sizes }: SaeConfig,
  n: number,
  { sparsity_coefficient, auxk_coefficient, orthogonality_coefficient = 0 }: StepOptions,
): StepResult {
  const result = kernel.doubles("result");
  const total = (name: (typeof TOTALS)[number]) => result[TOTALS.indexOf(name)];
  const mse_loss = total("squared_error") / (n * (group_sizes?.length ?? 1));
  const sparsity_loss = (sparsity_coefficient * total("penalty")) / n;
  const auxk_loss =
    (auxk_coefficient * total("aux_squared_error") + total("gate_squared_error")) / n;
  const orthogonality_loss = (orthogonality_coefficient * total("orthogonality")) / d_sae;
  return {
    loss: mse_loss + sparsity_loss + auxk_loss + orthogonality_loss,
    mse_loss,
    sparsity_loss,
    auxk_loss,
    ...(orthogonality_coefficient > 0 && { orthogonality_loss }),
    l0: total("active") / n,
    smallest_active: total("smallest"),
    grad_norm: Math.sqrt(total("grad_squared")),
    fired: kernel.ints("fired").slice(0, d_sae),
  };
}

function reconstruct(kernel: Kernel, config: SaeConfig, selection: BatchSelection, n: number) {
  const { architecture, d_sae, k } = config;
  let active = 0;
  if (selectsFromBatch(architecture)) {
    selection.select(n, k ?? d_sae);
    active = decodeRows(kernel, 0, n);
  } else {
    encodeRows(kernel, 0, n);
    if (!overflowed(kernel)) active = decodeRows(kernel, 0, n);
    else {
      const slice = rowsPerSlice(kernel);
      for (let first = 0; first < n; first += slice) {
        const last = Math.min(first + slice, n);
        encodeRows(kernel, first, last);
        active += decodeRows(kernel, first, last);
      }
    }
  }
  const x_hat = zeros(n, outWidth(config));
  takeRows(x_hat.data, kernel.floats("error"), outWidth(config));
  return { x_hat, l0: active / n };
}

/** Encoded rows → x̂, and how many activations that took. */
function decodeRows(kernel: Kernel, first_row: number, last_row: number): number {
  kernel.set({ first_row, last_row });
  kernel.runParts("activate");
  kernel.runParts("decode");
  const [start, count] = [kernel.ints("row_start"), kernel.ints("row_count")];
  const value = kernel.floats("entry_value");
  let active = 0;
  for (let row = first_row; row < last_row; row++)
    for (let i = start[row]; i < start[row] + count[row]; i++) if (value[i] > 0) active++;
  return active;
}
