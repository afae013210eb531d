import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Tf } from "../../model/tfjs/ops.ts";

/**
 * [n, d_sae], 1 at the k largest of each row, if positive; of `columns` alone, if given.
 * Of equal values tf.topk takes the one with the lowest index.
 */
export function largestOfRows(tf: Tf, pre: Tensor, k: number, columns?: Tensor1D): Tensor {
  return tf.tidy(() => {
    const [n, d_sae] = pre.shape;
    const among = columns ? tf.gather(pre, columns, 1) : pre;
    const { values, indices } = tf.topk(among, Math.min(k, among.shape[1] as number), false);
    const features = columns ? tf.gather(columns, indices) : indices;
    const rowStarts = tf.mul(tf.range(0, n, 1, "int32"), tf.scalar(d_sae, "int32"));
    return marked(tf, pre, tf.add(features, tf.expandDims(rowStarts, 1)), values);
  });
}

/** [n, d_sae], 1 at the n · k largest of the batch, if positive; of equal values the first. */
export function largestOfBatch(tf: Tf, pre: Tensor, k: number): Tensor {
  return tf.tidy(() => {
    const { values, indices } = tf.topk(tf.reshape(pre, [-1]), k * pre.shape[0], false);
    return marked(tf, pre, indices, values);
  });
}

/** 1 at those places, counted through the rows, whose value is positive. */
function marked(tf: Tf, { shape, size }: Tensor, places: Tensor, values: Tensor): Tensor {
  const ones = tf.cast(tf.greater(tf.reshape(values, [-1]), 0), "float32");
  return tf.reshape(tf.scatterND(tf.reshape(places, [-1, 1]), ones, [size]), shape);
}
