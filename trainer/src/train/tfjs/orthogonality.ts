import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tf } from "../../model/tfjs/ops.ts";
import { allFeatures, chunkRanges } from "../../sae/orthogonality.ts";
import type { DeviceLossOptions } from "./loss.ts";

/** The penalty on cosines between decoder rows that sae/orthogonality.ts states; 0 without it. */
export function orthogonality(tf: Tf, W_dec: Tensor, options: DeviceLossOptions): Tensor {
  const [d_sae] = W_dec.shape;
  const { orthogonality_coefficient = 0, chunks = allFeatures(d_sae) } = options;
  const ranges = chunkRanges(chunks).filter(([first, last]) => last - first > 1);
  if (orthogonality_coefficient === 0 || ranges.length === 0) return tf.scalar(0);
  const units = tf.div(W_dec, tf.sqrt(tf.sum(tf.square(W_dec), 1, true)));
  const ordered = tf.gather(units, tf.tensor1d(chunks.order, "int32"));
  const sums = ranges.map(([first, last]) => {
    const n = last - first;
    const rows = tf.slice(ordered, [first, 0], [n, -1]);
    const cosines = tf.mul(tf.matMul(rows, rows, false, true), tf.sub(1, tf.eye(n)));
    if (options.orthogonality === "max") return tf.sum(tf.max(tf.abs(cosines), 1));
    const terms = options.orthogonality === "abs" ? tf.abs(cosines) : tf.square(cosines);
    return tf.div(tf.sum(terms), n - 1);
  });
  return tf.mul(tf.addN(sums), orthogonality_coefficient / d_sae);
}
