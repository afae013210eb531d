import { expect, test } from "vitest";
import { FeatureCounts } from "./feature-counts.ts";

function counted(features: [norm: number, nearest: number | null][]) {
  const counts = new FeatureCounts();
  for (const [decoder_norm, nearest] of features)
    counts.add({ decoder_norm, nearest_cosines: nearest === null ? [] : [nearest, -1] });
  return counts.histograms;
}

/** Bins that hold anything, with what they hold. */
const filled = ({ counts }: { counts: number[] }) =>
  Object.fromEntries(counts.map((count, bin) => [bin, count]).filter(([, count]) => count !== 0));

test("bins are equal, hold their lower edge, and the last its upper one as well", () => {
  const { decoder_norm } = counted([0, 1, 1.5, 39, 39.5, 40].map((norm) => [norm, 0.5]));
  expect(decoder_norm).toMatchObject({ min: 0, max: 40 });
  expect(decoder_norm.counts).toHaveLength(40);
  expect(filled(decoder_norm)).toEqual({ 0: 1, 1: 2, 39: 3 });
});

test("cosines are counted from 0 to 1, and from −1 as soon as one is below 0; of each the nearest", () => {
  const { nearest_cosine } = counted([0, 0.26, 1 + 1e-7].map((cosine) => [1, cosine]));
  expect(nearest_cosine).toMatchObject({ min: 0, max: 1 });
  expect(filled(nearest_cosine)).toEqual({ 0: 1, 10: 1, 39: 1 });
  const opposite = counted([-0.99, 0, 0.26].map((cosine) => [1, cosine])).nearest_cosine;
  expect(opposite).toMatchObject({ min: -1, max: 1 });
  expect(filled(opposite)).toEqual({ 0: 1, 20: 1, 25: 1 });
});

test("a feature that has no other is not counted, and no features are no trouble", () => {
  expect(filled(counted([[1, null]]).nearest_cosine)).toEqual({});
  expect(filled(counted([]).decoder_norm)).toEqual({});
});
