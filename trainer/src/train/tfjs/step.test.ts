import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../bundle/errors.ts";
import type { SaeConfig } from "../../sae/config.ts";
import { type Weights, weightNames } from "../../sae/weights.ts";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { referenceReconstruct, referenceStep } from "../reference-step.ts";
import { everyLoss, figureDifference, stateDifference, stepInputs } from "../step-cases.ts";
import { withinMemory } from "./memory.ts";
import { createTfjsTrainingStep } from "./step.ts";

beforeAll(async () => {
  tf.enableProdMode(); // silences its advice to install the native backend
  await tf.setBackend("cpu");
});

describe.each(everyLoss({ d_in: 12, d_sae: 40 }))("with tfjs, $name", (given) => {
  const { config } = given;
  const { settings, options, initialState, batch } = stepInputs(given, 30);
  const kernel = (state = initialState()) => createTfjsTrainingStep(tf, config, state, settings);

  test("four steps agree with the reference", async () => {
    const expectedState = initialState();
    const step = await kernel();
    for (let at = 0; at < 4; at++) {
      const { x, y } = batch(at);
      const found = step.step(x, y, options);
      const expected = referenceStep(config, expectedState, x, y, settings, options);
      expect(found.fired).toEqual(expected.fired);
      // measured: 1.6e-7 of themselves
      expect(figureDifference(found, expected)).toBeLessThan(1e-6);
      // the difference of larger numbers; measured: 8.6e-8
      expect(Math.abs(found.smallest_active - expected.smallest_active)).toBeLessThan(5e-7);
    }
    const state = step.state();
    expect(state.step).toBe(4);
    // measured: weights 1.8e-7, moments 8.0e-7
    const { where, difference } = stateDifference(config, state, expectedState);
    expect(difference, where).toBeLessThan(3e-6);
    await step.dispose();
  });

  test("steps keep no tensor but the weights and moments, and none in the end", async () => {
    const before = tf.memory().numTensors;
    const step = await kernel();
    const { x, y } = batch(0);
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
    const { x, y } = batch(0);
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
    const state = initialState();
    const step = await kernel(state);
    const { x } = batch(0);
    const [found, expected] = [step.reconstruct(x), referenceReconstruct(config, state, x)];
    expect(found.l0).toBe(expected.l0);
    expect(found.x_hat.shape).toEqual(expected.x_hat.shape);
    expect(maxRelativeDifference(found.x_hat, expected.x_hat)).toBeLessThan(1e-6);
    await step.dispose();
  });
});

test("says what to make smaller when the device's memory is full, and nothing of other errors", () => {
  const config: SaeConfig = { architecture: "topk", d_in: 4, d_sae: 131072, k: 2 };
  const fail = (message: string) => () =>
    withinMemory(config, 2048, () => {
      throw new Error(message);
    });
  // what TensorFlow 2.20 said of a processor whose memory was full
  const full = fail("OOM when allocating tensor with shape[2048,131072] and type float");
  expect(full).toThrow(UsageError);
  expect(full).toThrow("lower train_batch_tokens (2048) or d_sae (131072)");
  expect(fail("x must be a matrix")).toThrow(/^x must be a matrix$/);
});

/** As a file might list them. */
function reversed(weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).reverse()) as unknown as Weights;
}
