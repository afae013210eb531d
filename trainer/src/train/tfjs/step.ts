import type { Tensor as DeviceTensor, Scalar, Tensor1D } from "@tensorflow/tfjs-core";
import type { Tf } from "../../model/tfjs/ops.ts";
import { outWidth, type SaeConfig } from "../../sae/config.ts";
import { type WeightName, type Weights, weight, weightNames } from "../../sae/weights.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { StepOptions, StepSettings, StepState, TrainingStep } from "../training-step.ts";
import { type DeviceLossOptions, type DeviceWeights, lossParts, reconstruct } from "./loss.ts";
import { withinMemory } from "./memory.ts";
import { type DeviceState, updated } from "./update.ts";

/**
 * The step with tfjs, on whichever backend it was set to: the weights stay on its device, the gradients are
 * those of its autograd, and only the figures of a step are read back. Everything is dense, as a GPU likes it.
 */
export async function createTfjsTrainingStep(
  tf: Tf,
  config: SaeConfig,
  initial: StepState,
  settings: StepSettings,
): Promise<TrainingStep> {
  const names = weightNames(config);
  let onDevice = putState(tf, names, initial);
  let step = initial.step;

  /** The gradients, and the figures of the step: the parts of the loss, the smallest activation, firings. */
  function backward(x: DeviceTensor, y: DeviceTensor | null, options: DeviceLossOptions) {
    let figures: DeviceTensor | undefined;
    const loss = (...given: DeviceTensor[]) => {
      const weights = named(names, given);
      const { acts, ...parts } = lossParts(tf, config, weights, x, y, options);
      const scalars = [
        parts.mse_loss,
        parts.sparsity_loss,
        parts.auxk_loss,
        parts.orthogonality_loss,
      ];
      figures = tf.keep(tf.concat([tf.stack([...scalars, smallest(tf, acts)]), firings(tf, acts)]));
      return tf.addN(scalars) as Scalar;
    };
    const { grads } = tf.valueAndGrads(loss)(names.map((name) => weight(onDevice.weights, name)));
    return { grads: named(names, grads), figures: figures as DeviceTensor };
  }

  const state = (): StepState => ({
    step,
    weights: read(onDevice.weights),
    mean: read(onDevice.mean),
    square: read(onDevice.square),
  });

  return {
    step(x, y, { lr, ...options }) {
      step++;
      const compute = () => {
        const target = y && put(tf, y);
        const all = { ...settings, ...options, dead: deadFeatures(tf, options) };
        const { grads, figures } = backward(put(tf, x), target, all);
        const { state, grad_norm } = updated(tf, onDevice, grads, settings, { step, lr });
        const read = tf.concat([tf.reshape(grad_norm, [1]), figures]);
        figures.dispose();
        return { next: state, read };
      };
      const { next, read } = withinMemory(config, x.shape[0], () => tf.tidy(compute));
      disposeState(onDevice);
      onDevice = next;
      const [grad_norm, mse_loss, sparsity_loss, auxk_loss, apart, smallest_active, ...counts] =
        take(read).data;
      const { orthogonality_coefficient = 0 } = options;
      const fired = Int32Array.from(counts);
      return {
        loss: mse_loss + sparsity_loss + auxk_loss + apart,
        mse_loss,
        sparsity_loss,
        auxk_loss,
        ...(orthogonality_coefficient > 0 && { orthogonality_loss: apart }),
        l0: perRow(fired, x),
        smallest_active,
        grad_norm,
        fired,
      };
    },

    reconstruct(x) {
      const found = tf.tidy(() => {
        const all = { ...settings, sparsity_coefficient: 0, auxk_coefficient: 0, dead: null };
        const { acts, x_hat } = reconstruct(tf, config, onDevice.weights, put(tf, x), all);
        return { x_hat, fired: firings(tf, acts) };
      });
      const l0 = perRow(Int32Array.from(take(found.fired).data), x);
      return { x_hat: { ...take(found.x_hat), shape: [x.shape[0], outWidth(config)] }, l0 };
    },

    state,
    stored: state,
    weights: () => read(onDevice.weights),

    load(state) {
      disposeState(onDevice);
      onDevice = putState(tf, names, state);
      step = state.step;
    },

    dispose: async () => disposeState(onDevice),
  };
}

function named(names: WeightName[], tensors: DeviceTensor[]): DeviceWeights {
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as DeviceWeights;
}

/** A copy: backends in JavaScript would work on the array itself. */
function put(tf: Tf, { shape, data }: Tensor): DeviceTensor {
  return tf.tensor(data.slice(), shape, "float32");
}

/** In the order of `names`, whatever theirs was: sums over all weights are then the same to the last bit. */
function putState(tf: Tf, names: WeightName[], { weights, mean, square }: StepState): DeviceState {
  const putAll = (of: Weights) =>
    named(
      names,
      names.map((name) => put(tf, weight(of, name))),
    );
  return { weights: putAll(weights), mean: putAll(mean), square: putAll(square) };
}

function disposeState(state: DeviceState): void {
  for (const group of Object.values(state))
    for (const tensor of Object.values(group)) tensor.dispose();
}

/** The numbers of a tensor, a copy. */
function readOne(tensor: DeviceTensor): Tensor {
  return { shape: tensor.shape.slice(), data: tensor.dataSync<"float32">().slice() };
}

/** The numbers of a tensor, which is gone afterwards. */
function take(tensor: DeviceTensor): Tensor {
  const read = readOne(tensor);
  tensor.dispose();
  return read;
}

function read(weights: DeviceWeights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [name, readOne(tensor)]),
  ) as Weights;
}

/** The features that count as dead, where the loss asks for them and there are any. */
function deadFeatures(
  tf: Tf,
  { auxk_coefficient, dead }: Omit<StepOptions, "lr">,
): Tensor1D | null {
  if (!(auxk_coefficient > 0 && dead.includes(1))) return null;
  const list = Int32Array.from(dead.keys()).filter((f) => dead[f]);
  return tf.tensor1d(list, "int32");
}

/** [d_sae] on how many rows each feature is active */
function firings(tf: Tf, acts: DeviceTensor): DeviceTensor {
  return tf.sum(tf.cast(tf.greater(acts, 0), "float32"), 0);
}

/** The smallest activation that is not 0; 0 where none is. */
function smallest(tf: Tf, acts: DeviceTensor): DeviceTensor {
  const least = tf.min(tf.where(tf.greater(acts, 0), acts, Infinity));
  return tf.where(tf.isFinite(least), least, 0);
}

function perRow(fired: Int32Array, x: Tensor): number {
  return fired.reduce((sum, count) => sum + count, 0) / x.shape[0];
}
