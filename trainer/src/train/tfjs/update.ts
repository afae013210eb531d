import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tf } from "../../model/tfjs/ops.ts";
import { type WeightName, weight } from "../../sae/weights.ts";
import { ADAM_EPSILON, type StepSettings } from "../training-step.ts";
import type { DeviceWeights } from "./loss.ts";

/** Weights and Adam's moments, where tfjs computes. */
export type DeviceState = Record<"weights" | "mean" | "square", DeviceWeights>;

/**
 * The part of a step that follows the gradients (training-step.ts): what would lengthen the decoder's rows is
 * taken out, the whole is clipped, Adam moves the weights. Gives a new state and leaves the old as it was.
 */
export function updated(
  tf: Tf,
  { weights, mean, square }: DeviceState,
  grads: DeviceWeights,
  { decoder_norm, clip_grad_norm, adam_beta1, adam_beta2 }: StepSettings,
  { step, lr }: { step: number; lr: number },
): { state: DeviceState; grad_norm: Tensor } {
  const names = Object.keys(weights) as WeightName[];
  const isUnit = decoder_norm === "unit";
  const gradients = mapped(names, (name) => {
    const [w, g] = [weight(weights, name), weight(grads, name)];
    if (name === "threshold") return tf.mul(w, g); // of its logarithm
    return name === "W_dec" && isUnit ? withoutRadialPart(tf, g, w) : g;
  });
  const squares = names.map((name) => tf.sum(tf.square(weight(gradients, name))));
  const grad_norm = tf.sqrt(tf.addN(squares));
  const scale =
    clip_grad_norm > 0 ? tf.minimum(1, tf.div(clip_grad_norm, grad_norm)) : tf.scalar(1);

  const moved = (moment: Tensor, by: Tensor, beta: number) =>
    tf.add(tf.mul(moment, beta), tf.mul(by, 1 - beta));
  /** Of one weight; what it takes on the way is gone when it returns. */
  const moveOn = (name: WeightName): Record<keyof DeviceState, Tensor> =>
    tf.tidy(() => {
      const w = weight(weights, name);
      const gradient = tf.mul(weight(gradients, name), scale);
      const m = moved(weight(mean, name), gradient, adam_beta1);
      const v = moved(weight(square, name), tf.square(gradient), adam_beta2);
      const root = tf.sqrt(tf.div(v, 1 - adam_beta2 ** step));
      const corrected = tf.div(m, 1 - adam_beta1 ** step);
      const by = tf.mul(tf.div(corrected, tf.add(root, ADAM_EPSILON)), lr);
      const after = name === "threshold" ? tf.mul(w, tf.exp(tf.neg(by))) : tf.sub(w, by);
      const isRows = name === "W_dec" && isUnit;
      return { weights: isRows ? unitRows(tf, after) : after, mean: m, square: v };
    });
  const next = names.map(moveOn);
  const group = (of: keyof DeviceState) => mapped(names, (_, i) => next[i][of]);
  const state = { weights: group("weights"), mean: group("mean"), square: group("square") };
  return { state, grad_norm };
}

function mapped(names: WeightName[], make: (name: WeightName, i: number) => Tensor): DeviceWeights {
  return Object.fromEntries(names.map((name, i) => [name, make(name, i)])) as DeviceWeights;
}

/** G − (G · w) w for each row w of norm 1 */
function withoutRadialPart(tf: Tf, G: Tensor, W: Tensor): Tensor {
  return tf.sub(G, tf.mul(tf.sum(tf.mul(G, W), 1, true), W));
}

function unitRows(tf: Tf, W: Tensor): Tensor {
  return tf.div(W, tf.sqrt(tf.sum(tf.square(W), 1, true)));
}
