import type * as tfjs from "@tensorflow/tfjs-core";
import type { Interpreter } from "../eager-engine.ts";
import { rotaryTables, type Sizes } from "../ops.ts";
import { nextTokenLosses } from "./next-token.ts";

type Tensor = tfjs.Tensor;

/** tfjs, on whichever backend it was set to. */
export type Tf = typeof tfjs;

/** A tensor that stays on the device from one batch to the next; made when it is first asked for. */
export type Kept = (key: string, make: () => Tensor) => Tensor;

/** Computes the forward pass at once, with tfjs. What an operation makes beside its result is gone when it returns. */
export function tfjsOps(
  tf: Tf,
  weight: (name: string) => Tensor,
  kept: Kept,
  sizes: Sizes,
): Interpreter<Tensor> {
  const { contexts, context_size, n_heads, n_kv_heads, d_head } = sizes;
  const n = contexts * context_size;
  const tidy = (compute: () => Tensor) => tf.tidy(compute);
  const product = (transposeW: boolean) => (x: Tensor, W: Tensor, b?: Tensor) =>
    tidy(() => {
      const y = tf.matMul(x, W, false, transposeW);
      return b ? tf.add(y, b) : y;
    });
  const lastPart = (x: Tensor, from: number, width: number) => {
    const before = x.shape.slice(0, -1);
    return tf.slice(x, [...before.map(() => 0), from], [...before, width]);
  };

  return {
    ids: (tokens) => tf.tensor1d(tokens, "int32"),
    activations: (data) => tf.tensor2d(data, [n, data.length / n]),
    read: (x) => x.data<"float32">(),
    release: (x) => x.dispose(),

    weight,
    gather: (table, ids) => tf.gather(table, ids),
    positions: (table) =>
      tidy(() => tf.tile(tf.slice(table, [0, 0], [context_size, -1]), [contexts, 1])),
    linear: product(true),
    project: product(false),
    add: (x, y) => tf.add(x, y),
    multiply: (x, y) => tf.mul(x, y),
    scale: (x, gain) => tf.mul(x, gain),

    layerNorm: (x, gain, bias, eps) =>
      tidy(() => {
        const { mean, variance } = tf.moments(x, -1, true);
        const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, eps)));
        return tf.add(tf.mul(normal, gain), bias);
      }),
    rmsNorm: (x, eps) =>
      tidy(() => tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), eps)))),

    gelu: (x) => tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
    geluTanh: (x) =>
      tidy(() => {
        const cubic = tf.mul(tf.mul(x, tf.square(x)), 0.044715);
        const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
        return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
      }),
    silu: (x) => tidy(() => tf.mul(x, tf.sigmoid(x))),

    heads: (x, count) =>
      tidy(() => tf.transpose(tf.reshape(x, [contexts, context_size, count, -1]), [0, 2, 1, 3])),
    part: (x, part, parts) => {
      const width = (x.shape.at(-1) as number) / parts;
      return lastPart(x, part * width, width);
    },

    rotate: (x, frequencies) => {
      const r = frequencies.length;
      if (r === 0) return tf.clone(x); // the caller may release what it gave
      const table = (part: "cos" | "sin") =>
        kept(`${part} ${context_size} ${frequencies}`, () =>
          tf.tensor2d(rotaryTables(context_size, frequencies)[part], [context_size, r]),
        );
      const [cos, sin] = [table("cos"), table("sin")];
      return tidy(() => {
        const [a, b] = [lastPart(x, 0, r), lastPart(x, r, r)];
        const turned = [
          tf.sub(tf.mul(a, cos), tf.mul(b, sin)),
          tf.add(tf.mul(b, cos), tf.mul(a, sin)),
        ];
        const rest = 2 * r < d_head ? [lastPart(x, 2 * r, d_head - 2 * r)] : [];
        return tf.concat([...turned, ...rest], -1);
      });
    },

    attend: (q, k, v) => {
      const mask = kept(`mask ${context_size}`, () =>
        tf.tidy(() => tf.mul(tf.sub(1, lowerTriangle(tf, context_size)), -1e9)),
      );
      return tidy(() => {
        // the heads that share a key are neighbours: their rows make one taller matrix
        const tall = (x: Tensor, width: number) => tf.reshape(x, [contexts, n_kv_heads, -1, width]);
        const scaled = tf.mul(tall(q, d_head), 1 / Math.sqrt(d_head));
        const scores = tf.reshape(tf.matMul(scaled, k, false, true), [
          contexts,
          n_heads,
          context_size,
          context_size,
        ]);
        const pattern = tf.softmax(tf.add(scores, mask));
        const z = tf.reshape(tf.matMul(tall(pattern, context_size), v), q.shape);
        return tf.reshape(tf.transpose(z, [0, 2, 1, 3]), [n, n_heads * d_head]);
      });
    },

    ...nextTokenLosses(tf, sizes),
  };
}

/** 1 where row i may see column j ≤ i, else 0. */
function lowerTriangle(tf: Tf, size: number): Tensor {
  const positions = tf.range(0, size);
  return tf.cast(tf.greaterEqual(tf.expandDims(positions, 1), positions), "float32");
}
