import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type SaeConfig, saeConfig } from "../../sae/config.ts";
import { randomSae, randomTensor } from "../../sae/random-sae.ts";
import { type Weights, weight, weightNames, zeroWeights } from "../../sae/weights.ts";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { Random } from "../../tensor/random.ts";
import { normalizeRows, referenceReconstruct, referenceStep } from "../reference-step.ts";
import type { StepOptions, StepState } from "../training-step.ts";
import { type Case, everyLoss } from "./cases.ts";
import { createTfjsTrainingStep } from "./step.ts";

beforeAll(async () => {
  tf.enableProdMode(); // silences its advice to install the native backend
  await tf.setBackend("cpu");
});

const sizes = { d_in: 12, d_sae: 40 };
const n = 30;

function settingsOf({ options }: Case) {
  const adam = { adam_beta1: 0.9, adam_beta2: 0.99, clip_grad_norm: 1 };
  return { ...saeConfig.parse({}), ...adam, ...options };
}

function optionsOf({ config, options }: Case): StepOptions {
  const dead = Uint8Array.from({ length: config.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
  return { lr: 1e-3, sparsity_coefficient: 0, auxk_coefficient: 0, dead, ...options };
}

function initialState({ config, options }: Case): StepState {
  const { config: _, ...weights } = randomSae(new Random(1, "sae"), config);
  if (options.decoder_norm !== "free") normalizeRows(weights.W_dec);
  return { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
}

/** As a file might list them. */
function reversed(weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).reverse()) as unknown as Weights;
}

function batch({ d_in, transcoder }: SaeConfig, step: number) {
  const x = randomTensor(new Random(step, "x"), 1, n, d_in);
  const y = transcoder ? randomTensor(new Random(step, "y"), 1, n, transcoder.d_out) : null;
  return { x, y };
}

const figures = ["loss", "mse_loss", "sparsity_loss", "auxk_loss", "grad_norm"] as const;

describe.each(everyLoss(sizes))("with tfjs, $name", (given) => {
  const { config } = given;
  const [settings, options] = [settingsOf(given), optionsOf(given)];
  const kernel = (state = initialState(given)) =>
    createTfjsTrainingStep(tf, config, state, settings);

  test("four steps agree with the reference", async () => {
    const expectedState = initialState(given);
    const step = await kernel();
    for (let at = 0; at < 4; at++) {
      const { x, y } = batch(config, at);
      const found = step.step(x, y, options);
      const expected = referenceStep(config, expectedState, x, y, settings, options);
      expect(found.fired).toEqual(expected.fired);
      expect(found.l0).toBe(expected.l0);
      // the difference of larger numbers; measured: 8.6e-8
      expect(Math.abs(found.smallest_active - expected.smallest_active)).toBeLessThan(5e-7);
      // measured: 1.6e-7 of themselves
      for (const figure of figures)
        expect(Math.abs(found[figure] - expected[figure]), figure).toBeLessThanOrEqual(
          1e-6 * expected[figure],
        );
    }
    const state = step.state();
    expect(state.step).toBe(4);
    // measured, of the largest: weights 1.8e-7, moments 8.0e-7
    for (const name of weightNames(config))
      for (const of of ["weights", "mean", "square"] as const) {
        const [moved, wanted] = [state[of], expectedState[of]].map((group) => weight(group, name));
        expect(maxRelativeDifference(moved, wanted), `${of} ${name}`).toBeLessThan(3e-6);
      }
    await step.dispose();
  });

  test("steps keep no tensor but the weights and moments, and none in the end", async () => {
    const before = tf.memory().numTensors;
    const step = await kernel();
    const { x, y } = batch(config, 0);
    const held = tf.memory().numTensors;
    expect(held).toBe(before + 3 * weightNames(config).length);
    for (let at = 0; at < 2; at++) {
      step.step(x, y, options);
      step.reconstruct(x);
      step.load(step.state());
      expect(tf.memory().numTensors).toBe(held);
    }
    await step.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("goes on from a state that is put in, and gives back copies", async () => {
    const [one, other] = [await kernel(), await kernel()];
    const { x, y } = batch(config, 0);
    one.step(x, y, options);
    const state = one.state();
    other.load({ ...state, weights: reversed(state.weights) });
    for (const step of [one, other]) step.step(x, y, options);
    expect(other.state()).toEqual(one.state());
    expect(state.step).toBe(1);
    expect(state.weights.W_enc.data).not.toEqual(one.state().weights.W_enc.data);
    for (const step of [one, other]) await step.dispose();
  });

  test("reconstructs as the reference", async () => {
    const state = initialState(given);
    const step = await kernel(state);
    const { x } = batch(config, 0);
    const [found, expected] = [step.reconstruct(x), referenceReconstruct(config, state, x)];
    expect(found.l0).toBe(expected.l0);
    expect(found.x_hat.shape).toEqual(expected.x_hat.shape);
    expect(maxRelativeDifference(found.x_hat, expected.x_hat)).toBeLessThan(1e-6);
    await step.dispose();
  });
});
