import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { saeConfig } from "../../sae/config.ts";
import { type LossOptions, lossAndGrads } from "../../sae/loss.ts";
import { randomSae, randomTensor } from "../../sae/random-sae.ts";
import type { Sae } from "../../sae/sae.ts";
import { type WeightName, weight, weightNames } from "../../sae/weights.ts";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { everyLoss } from "../step-cases.ts";
import { type DeviceWeights, lossParts } from "./loss.ts";

beforeAll(async () => {
  tf.enableProdMode(); // silences its advice to install the native backend
  await tf.setBackend("cpu");
});

const sizes = { d_in: 6, d_sae: 40 };
const n = 30;
const dead = Uint8Array.from({ length: sizes.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
const none: LossOptions = {
  ...saeConfig.parse({}),
  sparsity_coefficient: 0,
  auxk_coefficient: 0,
  dead,
};
const parts = ["loss", "mse_loss", "sparsity_loss", "auxk_loss", "orthogonality_loss"] as const;
const x = randomTensor(new Random(0, "x"), 1, n, sizes.d_in);

describe.each(everyLoss(sizes))("$name", ({ config, options: changes }) => {
  const options = { ...none, ...changes };
  const sae = randomSae(new Random(0, "sae"), config);
  const d_out = config.transcoder?.d_out;
  const y = d_out ? randomTensor(new Random(0, "y"), 1, n, d_out) : null;

  test("has the loss and the gradients that autograd finds", () => {
    const { grads, ...found } = lossAndGrads(sae, x, y, options);
    const expected = autograd(sae, y, options);
    for (const part of parts)
      expect(Math.abs((found[part] ?? 0) - expected[part])).toBeLessThanOrEqual(
        1e-6 * expected[part],
      );
    for (const name of weightNames(config)) {
      const data = expected.grads.get(name) as Float32Array;
      expect(
        data.some((g) => g !== 0),
        name,
      ).toBe(true);
      // measured: 7.1e-7 of the largest, sums of 30 rows in float32
      expect(maxRelativeDifference(weight(grads, name), { data }), name).toBeLessThan(2e-6);
    }
  });
});

/** The loss and its gradients; of `threshold` that of its logarithm, as `lossAndGrads` states it. */
function autograd(sae: Sae, y: Tensor | null, { dead, ...options }: LossOptions) {
  const { config } = sae;
  const names = weightNames(config);
  const features = [...dead.keys()].filter((f) => dead[f]);
  const deviceOptions = { ...options, dead: tf.tensor1d(features, "int32") };
  const figures = new Map<string, number>();
  const loss = (...given: tf.Tensor[]) => {
    const weights = Object.fromEntries(
      names.map((name, i) => [name, name === "threshold" ? tf.exp(given[i]) : given[i]]),
    ) as DeviceWeights;
    const { acts: _, ...parts } = lossParts(
      tf,
      config,
      weights,
      onDevice(x),
      y && onDevice(y),
      deviceOptions,
    );
    const loss = tf.addN(Object.values(parts)) as tf.Scalar;
    for (const [name, part] of Object.entries({ ...parts, loss }))
      figures.set(name, part.dataSync()[0]);
    return loss;
  };
  const given = names.map((name) => onDevice(logarithmOf(name, weight(sae, name))));
  const { grads } = tf.valueAndGrads(loss)(given);
  return {
    ...(Object.fromEntries(figures) as Record<(typeof parts)[number], number>),
    grads: new Map(names.map((name, i) => [name, grads[i].dataSync<"float32">()])),
  };
}

function logarithmOf(name: WeightName, { shape, data }: Tensor): Tensor {
  return name === "threshold" ? { shape, data: data.map(Math.log) } : { shape, data };
}

function onDevice({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, shape);
}
