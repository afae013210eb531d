import { describe, expect, test } from "vitest";
import { examplesLayout, featureLayout, pack, unpack } from "./packed.ts";

const example = {
  interval: 0,
  interval_min: 0,
  interval_max: 2.5,
  interval_share: null as number | null,
  rank: 0,
  context: 2_000_000_000,
  position: 7,
  window_start: 3,
  activations: [0, 0.5, 0, 0, -0.25],
};

describe("packed examples", () => {
  test("come back as they were, a missing share as null", () => {
    const examples = [example, { ...example, interval: 1, interval_share: 0.125, rank: 4 }];
    expect(unpack(examplesLayout, pack(examplesLayout, examples))).toEqual(examples);
  });

  test.each([0, 1, 31, 32, 33, 64, 100])("keep a window of %i activations", (length) => {
    const dense = { ...example, activations: Array.from({ length }, (_, i) => i + 1) };
    const sparse = { ...example, activations: dense.activations.map((a) => (a % 3 === 0 ? a : 0)) };
    const examples = [dense, sparse, dense];
    expect(unpack(examplesLayout, pack(examplesLayout, examples))).toEqual(examples);
  });

  test("of no feature are no examples", () => {
    expect(unpack(examplesLayout, pack(examplesLayout, []))).toEqual([]);
  });

  test("take a bit, not a word, for an activation that is 0", () => {
    const silent = { ...example, activations: new Array(320).fill(0) };
    const short = { ...example, activations: [] };
    const words =
      (pack(examplesLayout, [silent]).length - pack(examplesLayout, [short]).length) / 4;
    expect(words).toBe(320 / 32);
  });

  test("are read from bytes that lie unaligned", () => {
    const packed = pack(examplesLayout, [example]);
    const shifted = Buffer.concat([Buffer.from([0]), packed]).subarray(1);
    expect(unpack(examplesLayout, shifted)).toEqual([example]);
  });
});

test("a packed feature comes back as it was, its numbers as float32", () => {
  const feature = {
    index: 5,
    density: Math.fround(0.1),
    n_active: 9,
    max_activation: 4,
    mean_activation: 1,
    activation_histogram: [4, 3, 1, 1],
    top_logit_tokens: [1, 2],
    top_logit_values: [0.5, 0.25],
    bottom_logit_tokens: [],
    bottom_logit_values: [],
    logit_histogram: [3, 8, 6],
    logit_min: -0.5,
    logit_max: 0.5,
    decoder_norm: 1,
    encoder_decoder_cosine: 0.75,
    nearest_features: [6],
    nearest_cosines: [-1],
    umap_x: 0,
    umap_y: 0,
  };
  expect(unpack(featureLayout, pack(featureLayout, [feature]))).toEqual([feature]);
});
