import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import { type LossOptions, lossAndGrads } from "./loss.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, type Sae, weightNames } from "./sae.ts";

beforeAll(async () => {
  tf.enableProdMode(); // silences its advice to install the native backend
  await tf.setBackend("cpu");
});

const sizes = { d_in: 6, d_sae: 14 };
const dead = Uint8Array.from({ length: sizes.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
const cases: [string, SaeConfig, LossOptions][] = [
  [
    "standard",
    { architecture: "standard", ...sizes, k: null },
    { l1_coefficient: 0.7, auxk_coefficient: 0, dead },
  ],
  [
    "topk with dead features",
    { architecture: "topk", ...sizes, k: 4 },
    { l1_coefficient: 0, auxk_coefficient: 0.3, dead },
  ],
];
const x = randomTensor(new Random(0, "x"), 1, 9, sizes.d_in);

describe.each(cases)("%s", (_, config, options) => {
  const sae = randomSae(new Random(0, "sae"), config);
  const { grads } = lossAndGrads(sae, x, options);

  test.each(weightNames)("d loss / d %s matches finite differences", (name) => {
    // The loss is nearly a polynomial of degree two in each weight, so a wide step costs little.
    const step = 2e-3;
    const largest = grads[name].data.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
    const frozen = frozenError(sae, options);
    for (let i = 0; i < grads[name].data.length; i++) {
      const [above, below] = [step, -step].map((by) => frozen(nudged(sae, name, i, by)));
      // measured: at most 9e-5 of the largest gradient
      expect(Math.abs((above - below) / (2 * step) - grads[name].data[i])).toBeLessThan(
        5e-4 * largest,
      );
    }
  });

  test("matches the gradients of tfjs", () => {
    const expected = tfjsGrads(sae, options);
    expect(lossAndGrads(sae, x, options).loss).toBeCloseTo(expected.loss, 4);
    for (const name of weightNames)
      for (let i = 0; i < grads[name].data.length; i++)
        expect(grads[name].data[i]).toBeCloseTo(expected.grads[name][i], 4);
  });
});

test("an SAE that gives back its input has no loss but the penalty", () => {
  const identity: Sae = {
    config: { architecture: "standard", d_in: 2, d_sae: 2, k: null },
    W_enc: { shape: [2, 2], data: Float32Array.of(0.5, 0, 0, 1) },
    b_enc: { shape: [2], data: Float32Array.of(0, 0) },
    W_dec: { shape: [2, 2], data: Float32Array.of(2, 0, 0, 1) },
    b_dec: { shape: [2], data: Float32Array.of(0, 0) },
  };
  const positive = { shape: [2, 2], data: Float32Array.of(4, 1, 2, 3) };
  const options = { l1_coefficient: 10, auxk_coefficient: 0, dead: new Uint8Array(2) };
  const { mse_loss, sparsity_loss } = lossAndGrads(identity, positive, options);
  expect(mse_loss).toBe(0);
  // Σ a ‖d‖ of the two rows: 2·2 + 1 and 1·2 + 3
  expect(sparsity_loss).toBe(10 * 5);
});

test("the loss is a mean over rows: the same rows twice change nothing", () => {
  const [, config, options] = cases[1];
  const sae = randomSae(new Random(0, "sae"), config);
  const twice: Tensor = { shape: [18, 6], data: Float32Array.of(...x.data, ...x.data) };
  const [once, doubled] = [x, twice].map((rows) => lossAndGrads(sae, rows, options));
  expect(doubled.loss).toBeCloseTo(once.loss, 5);
  expect(doubled.auxk_loss).toBeGreaterThan(0);
  expect(doubled.grads.W_enc.data[0]).toBeCloseTo(once.grads.W_enc.data[0], 5);
});

function nudged(sae: Sae, name: (typeof weightNames)[number], i: number, by: number): Sae {
  const data = sae[name].data.slice();
  data[i] += by;
  return { ...sae, [name]: { shape: sae[name].shape, data } };
}

/** The loss with the residual that AuxK explains held at its value for `at`, as the gradient holds it. */
function frozenError(at: Sae, options: LossOptions): (sae: Sae) => number {
  if (options.auxk_coefficient === 0) return (sae) => lossAndGrads(sae, x, options).loss;
  const error = residual(at);
  return (sae) => {
    const { mse_loss } = lossAndGrads(sae, x, { ...options, auxk_coefficient: 0 });
    const { mask, pre } = auxiliary(sae);
    const eHat = tf.matMul(tf.mul(mask, pre), asTf(sae.W_dec));
    const unexplained = tf.sum(tf.square(tf.sub(asTf(error), eHat))).dataSync()[0] / x.shape[0];
    return mse_loss + options.auxk_coefficient * unexplained;
  };
}

function residual(sae: Sae): Tensor {
  const none = { l1_coefficient: 0, auxk_coefficient: 0, dead };
  const xHat = decode(sae, lossAndGrads(sae, x, none).acts);
  return { shape: x.shape, data: x.data.map((value, i) => value - xHat.data[i]) };
}

/** Pre-activations, and a mask of the three largest positive ones among the dead features. */
function auxiliary({ W_enc, b_enc, b_dec }: Sae) {
  const pre = tf.add(
    tf.matMul(tf.sub(asTf(x), asTf(b_dec)), asTf(W_enc)),
    asTf(b_enc),
  ) as tf.Tensor2D;
  const mask = pre.arraySync().map((row) => {
    const candidates = row.map((_, f) => f).filter((f) => dead[f] && row[f] > 0);
    const kept = candidates.sort((a, b) => row[b] - row[a]).slice(0, 3);
    return row.map((_, f) => (kept.includes(f) ? 1 : 0));
  });
  return { pre, mask: tf.tensor2d(mask) };
}

/** The loss as tfjs operations; which features are active is computed outside the tape. */
function tfjsGrads(sae: Sae, { l1_coefficient, auxk_coefficient, dead }: LossOptions) {
  const none = { l1_coefficient: 0, auxk_coefficient: 0, dead };
  const { acts } = lossAndGrads(sae, x, none);
  const active = asTf({ shape: acts.shape, data: acts.data.map((a) => (a > 0 ? 1 : 0)) });
  const error = asTf(residual(sae));
  const aux = auxiliary(sae).mask;
  const weights = weightNames.map((name) => asTf(sae[name]));
  const loss = (W_enc: tf.Tensor, b_enc: tf.Tensor, W_dec: tf.Tensor, b_dec: tf.Tensor) => {
    const pre = tf.add(tf.matMul(tf.sub(asTf(x), b_dec), W_enc), b_enc);
    const sparse = tf.mul(pre, active);
    const xHat = tf.add(tf.matMul(sparse, W_dec), b_dec);
    const norms = tf.sqrt(tf.sum(tf.square(W_dec), 1));
    const eHat = tf.matMul(tf.mul(pre, aux), W_dec);
    const total = tf.addN([
      tf.sum(tf.square(tf.sub(asTf(x), xHat))),
      tf.mul(l1_coefficient, tf.sum(tf.mul(sparse, norms))),
      tf.mul(auxk_coefficient, tf.sum(tf.square(tf.sub(error, eHat)))),
    ]);
    return tf.div(total, x.shape[0]) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads((...w) => loss(w[0], w[1], w[2], w[3]))(weights);
  return {
    loss: value.dataSync()[0],
    grads: Object.fromEntries(weightNames.map((name, i) => [name, grads[i].dataSync()])),
  };
}

function asTf({ shape, data }: Tensor): tf.Tensor2D {
  return tf.tensor<tf.Rank>(data, shape as [number, number]) as tf.Tensor2D;
}
