import { expect, test } from "vitest";
import { featureDatapointsLayout, unpack } from "../packed.ts";
import { FeatureDatapoints } from "./feature-datapoints.ts";

const keptOf = (all: FeatureDatapoints, feature: number) =>
  unpack(featureDatapointsLayout, all.of(feature) as Buffer)[0];

test("the worst and the strongest five of those at which it is active, each with its activation", () => {
  const all = new FeatureDatapoints();
  const ce_diffs = [0.5, -1, 3, 0, 2, 1, 2];
  ce_diffs.forEach((ce_diff, at) => {
    all.add(at, ce_diff, { features: [4, 9], activations: [at === 3 ? 8 : at / 2, 1] });
  });
  all.add(7, 100, { features: [9], activations: [0.5] });
  expect(keptOf(all, 4)).toEqual({
    searched: 8,
    datapoints: 7,
    worst: [2, 4, 6, 5, 0],
    worst_activations: [1, 2, 3, 2.5, 0],
    strongest: [3, 6, 5, 4, 2],
    strongest_activations: [8, 3, 2.5, 2, 1],
  });
  expect(keptOf(all, 9)).toMatchObject({ datapoints: 8, worst: [7, 2, 4, 6, 5] });
});

test("a feature that is active at none says of how many", () => {
  const all = new FeatureDatapoints();
  all.add(0, 1, { features: [1], activations: [1] });
  expect(keptOf(all, 2)).toMatchObject({ searched: 1, datapoints: 0, worst: [], strongest: [] });
});

test("nothing is stored where nothing is known", () => {
  expect(new FeatureDatapoints().of(0)).toBeNull();
});
