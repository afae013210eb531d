import { expect, test } from "vitest";
import { normsAgainstFrequency } from "./norms.ts";

const feature = (density: number, mean_activation: number, decoder_norm = 1) => ({
  density,
  mean_activation,
  decoder_norm,
});
const of = (...features: ReturnType<typeof feature>[]) =>
  normsAgainstFrequency(features, { bins_per_decade: 1 });

test("a contribution is density · mean activation · decoder norm", () => {
  const { bins } = of(feature(0.0625, 4, 3));
  expect(bins).toEqual([
    {
      log10_min: -2,
      log10_max: -1,
      features: 1,
      decoder_norm: { p10: 3, p50: 3, p90: 3 },
      contribution: { p10: 0.75, p50: 0.75, p90: 0.75 },
    },
  ]);
});

test("features that never fire are left out", () => {
  expect(of(feature(0, 0), feature(0.5, 1)).alive).toBe(1);
});

test("features that fire more and weigh more are in perfect order", () => {
  const { spearman, share } = of(feature(0.5, 2), feature(0.05, 1), feature(0.005, 1));
  expect(spearman.contribution).toBeCloseTo(1);
  // contributions 1, 0.05, 0.005: the most frequent one of three has 1 / 1.055
  expect(share[1]?.of_contribution).toBeCloseTo(1 / 1.055);
});

test("norms that were trained to be one have no order", () => {
  expect(of(feature(0.5, 2, 1), feature(0.05, 1, 1.00001)).spearman.decoder_norm).toBeNull();
  expect(of(feature(0.5, 2, 2), feature(0.05, 1, 1)).spearman.decoder_norm).toBeCloseTo(1);
});
