import { expect, test } from "vitest";
import type { SaeConfig } from "../sae/config.ts";
import { randomSae } from "../sae/random-sae.ts";
import { zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeadFeatures } from "./dead-features.ts";
import type { Training } from "./loop.ts";
import { normalizeRows } from "./reference-step.ts";
import { resampleDead } from "./resample.ts";
import { trainSettings } from "./settings.ts";
import type { StepState } from "./training-step.ts";

const config: SaeConfig = { architecture: "jumprelu", d_in: 3, d_sae: 4, k: null };
const settings = trainSettings.parse({ architecture: "jumprelu", seed: 3, dead_after_tokens: 10 });
/** Row 1 is reconstructed wholly, so its loss is 0 and it is never drawn. */
const x: Tensor = { shape: [2, 3], data: Float32Array.of(0, 5, 0, 1, 1, 1) };
const x_hat: Tensor = { shape: [2, 3], data: Float32Array.of(0, 0, 0, 1, 1, 1) };

function begin() {
  const weights = randomSae(new Random(0), config);
  normalizeRows(weights.W_dec);
  weights.b_dec.data.fill(0);
  const ones = zeroWeights(config);
  for (const { data } of Object.values(ones)) data.fill(1);
  const state: StepState = { step: 1, weights, mean: ones, square: structuredClone(ones) };
  const loaded: StepState[] = [];
  const training = {
    sae: config,
    settings,
    dead: new DeadFeatures(Int32Array.of(0, 10, 0, 3), 10),
    kernel: {
      state: () => structuredClone(state),
      load: (next: StepState) => loaded.push(next),
      reconstruct: () => ({ x_hat, l0: 1 }),
    },
  } as unknown as Training;
  return { training, state, loaded };
}

const column = ({ shape: [rows, columns], data }: Tensor, f: number) =>
  Array.from({ length: rows }, (_, j) => data[j * columns + f]);

test("a dead feature gets the direction of an input that was not reconstructed", () => {
  const { training, state, loaded } = begin();
  resampleDead(training, { x, y: null }, 7);
  const [{ weights, mean, square }] = loaded;
  expect([...weights.W_dec.data.subarray(3, 6)]).toEqual([0, 1, 0]);
  const length = (f: number) => Math.hypot(...column(state.weights.W_enc, f));
  const mean_norm = (length(0) + length(2) + length(3)) / 3;
  expect(column(weights.W_enc, 1)[1]).toBeCloseTo(0.2 * mean_norm, 5);
  expect(weights.b_enc.data[1]).toBe(0);
  expect(weights.threshold?.data[1]).toBeCloseTo(settings.jumprelu_init_threshold, 6);
  for (const moments of [mean, square]) {
    expect(column(moments.W_enc, 1)).toEqual([0, 0, 0]);
    expect(moments.b_enc.data[1]).toBe(0);
    expect(moments.threshold?.data[1]).toBe(0);
  }
  expect(training.dead.fraction).toBe(0);
});

test("features that are alive stay as they are", () => {
  const { training, state, loaded } = begin();
  resampleDead(training, { x, y: null }, 7);
  for (const f of [0, 2, 3])
    expect(column(loaded[0].weights.W_enc, f)).toEqual(column(state.weights.W_enc, f));
});

test("where none is dead nothing happens", () => {
  const { training, loaded } = begin();
  training.dead.tokens_since_fired.fill(0);
  resampleDead(training, { x, y: null }, 7);
  expect(loaded).toEqual([]);
});
