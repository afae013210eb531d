import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import type { Interpreter } from "../eager-engine.ts";
import type { Batch } from "../ops.ts";
import type { Tf } from "./ops.ts";

/** So many bytes of logits are made at a time: large products, and a bounded part of the device's memory. */
const LOGIT_BYTES = 1 << 28;

/**
 * Next-token losses at positions 0 … context_size − 2 of each context, from ln_f(x):
 *
 *     log p = log_softmax(ln_f(x) · W_U)
 *     ce[i] = −log p[i, targets[i]]
 */
export function nextTokenLosses(
  tf: Tf,
  { contexts, context_size }: Batch,
  logit_bytes = LOGIT_BYTES,
): Pick<Interpreter<Tensor>, "nextTokenLoss" | "compareLosses"> {
  const predictions = contexts * (context_size - 1);

  /** [contexts · context_size, d_model] → [contexts · (context_size − 1), d_model] */
  const withoutLast = (x: Tensor) => {
    const perContext = tf.reshape(x, [contexts, context_size, -1]);
    return tf.reshape(tf.slice(perContext, [0, 0, 0], [-1, context_size - 1, -1]), [
      predictions,
      -1,
    ]) as Tensor2D;
  };
  const logP = (rows: Tensor, W_U: Tensor) => tf.logSoftmax(tf.matMul(rows, W_U, false, true));
  const ceOf = (logP: Tensor, targets: Int32Array) => {
    const places = tf.stack([tf.range(0, targets.length, 1, "int32"), tf.tensor1d(targets)], 1);
    return tf.neg(tf.gatherND(logP, places));
  };

  /** What `losses` makes of so many rows at a time of each of `xs`, joined and read. */
  async function inBlocks<Name extends string>(
    xs: Tensor[],
    W_U: Tensor,
    targets: Int32Array,
    losses: (rows: Tensor[], targets: Int32Array) => Record<Name, Tensor>,
  ): Promise<Record<Name, Float32Array>> {
    const size = Math.max(1, Math.floor(logit_bytes / 4 / W_U.shape[0]));
    const joined = tf.tidy(() => {
      const predicting = xs.map(withoutLast);
      const blocks: Record<Name, Tensor>[] = [];
      for (let at = 0; at < predictions; at += size) {
        const here = targets.subarray(at, at + size);
        const rows = predicting.map((x) => tf.slice(x, [at, 0], [here.length, -1]));
        blocks.push(tf.tidy(() => losses(rows, here)));
      }
      const names = Object.keys(blocks[0]) as Name[];
      return names.map((name) => [name, tf.concat(blocks.map((block) => block[name]))] as const);
    });
    const read = joined.map(async ([name, x]) => [name, await x.data<"float32">()]);
    const result = Object.fromEntries(await Promise.all(read));
    for (const [, x] of joined) x.dispose();
    return result;
  }

  return {
    nextTokenLoss: async (normalized, W_U, targets) => {
      const ceOfBlock = ([rows]: Tensor[], here: Int32Array) => ({
        ce: ceOf(logP(rows, W_U), here),
      });
      return (await inBlocks([normalized], W_U, targets, ceOfBlock)).ce;
    },

    compareLosses: (normalized, normalizedHat, W_U, targets) =>
      inBlocks([normalized, normalizedHat], W_U, targets, ([rows, hatRows], here) => {
        const [p, q] = [logP(rows, W_U), logP(hatRows, W_U)];
        return {
          ce_x: ceOf(p, here),
          ce_xHat: ceOf(q, here),
          kl: tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1),
        };
      }),
  };
}
