import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tf } from "../../model/tfjs/ops.ts";

/** Functions whose gradient is not their derivative, as tfjs' autograd is to see them. */
export type Estimates = {
  /** x, whose gradient is 0: a constant */
  held(x: Tensor): Tensor;
  /** x where `mask` of it is 1, else 0; which those are is a constant */
  chosen(x: Tensor, mask: (x: Tensor) => Tensor): Tensor;
  /** pre where it exceeds θ, else 0 */
  jump(pre: Tensor, theta: Tensor, bandwidth: number): Tensor;
  /** 1 where pre exceeds θ, else 0 */
  step(pre: Tensor, theta: Tensor, bandwidth: number): Tensor;
};

/**
 * Straight-through estimators (Rajamanoharan et al. 2024b, eq. 10 and 12), with K the rectangle on [−½, ½]:
 *
 *     ð jump / ðθ = −(θ/ε) K((pre − θ)/ε)        ð step / ðθ = −(1/ε) K((pre − θ)/ε)
 */
export function estimates(tf: Tf): Estimates {
  const above = (pre: Tensor, theta: Tensor) => tf.cast(tf.greater(pre, theta), "float32");
  const near = (pre: Tensor, theta: Tensor, bandwidth: number) =>
    tf.cast(tf.less(tf.abs(tf.sub(pre, theta)), bandwidth / 2), "float32");

  return {
    held: tf.customGrad((x) => ({
      value: tf.clone(x as Tensor),
      gradFunc: (dy) => tf.zerosLike(dy),
    })),

    chosen: (x, maskOf) =>
      tf.customGrad((x, save) => {
        const mask = maskOf(x as Tensor);
        (save as Save)([mask]);
        return {
          value: tf.mul(x as Tensor, mask),
          gradFunc: (dy, [mask]) => tf.mul(dy, mask),
        };
      })(x),

    jump: (pre, theta, bandwidth) =>
      tf.customGrad((pre, theta, save) => {
        (save as Save)([pre as Tensor, theta as Tensor]);
        return {
          value: tf.mul(pre as Tensor, above(pre as Tensor, theta as Tensor)),
          gradFunc: (dy, [pre, theta]) => {
            const ofNear = tf.sum(tf.mul(dy, near(pre, theta, bandwidth)), 0);
            return [tf.mul(dy, above(pre, theta)), tf.mul(ofNear, tf.div(theta, -bandwidth))];
          },
        };
      })(pre, theta),

    step: (pre, theta, bandwidth) =>
      tf.customGrad((pre, theta, save) => {
        (save as Save)([pre as Tensor, theta as Tensor]);
        return {
          value: above(pre as Tensor, theta as Tensor),
          gradFunc: (dy, [pre, theta]) => {
            const ofNear = tf.sum(tf.mul(dy, near(pre, theta, bandwidth)), 0);
            return [tf.zerosLike(pre), tf.div(ofNear, -bandwidth)];
          },
        };
      })(pre, theta),
  };
}

type Save = (tensors: Tensor[]) => void;
