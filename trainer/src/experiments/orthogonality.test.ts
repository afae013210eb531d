import { expect, test } from "vitest";
import type { Tensor } from "../tensor/tensor.ts";
import { betterOf, nearestCosines, orthogonalityFigures } from "./orthogonality.ts";

const at = (degrees: number, length: number) => [
  length * Math.cos((degrees * Math.PI) / 180),
  length * Math.sin((degrees * Math.PI) / 180),
];
// the fourth is nearly the first's opposite
const W: Tensor = {
  shape: [4, 2],
  data: Float32Array.from([at(0, 1), at(60, 3), at(90, 1), at(190, 2)].flat()),
};
const cos = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

test("the nearest row is that of the largest |cos|, never itself, whatever the lengths", async () => {
  const nearest = await nearestCosines(W, 1);
  for (const [i, degrees] of [10, 30, 30, 10].entries())
    expect(nearest[i]).toBeCloseTo(cos(degrees), 5);
});

test("figures are the mean, the shares above, and a histogram over [0, 1]", () => {
  const metric = (value: number) => ({ value, formula_version: 1, tokens: 10 });
  const metrics = {
    l0: metric(8),
    fvu: metric(0.2),
    ce_loss_recovered: metric(0.9),
    dead_fraction: metric(0),
  } as unknown as Parameters<typeof orthogonalityFigures>[0]["metrics"];
  const found = orthogonalityFigures({ metrics }, Float32Array.of(0.25, 0.75, 0.75, 1));
  expect(found).toMatchObject({ l0: 8, fvu: 0.2, mean_nearest: 0.6875 });
  expect(found.nearer.map(({ features }) => features)).toEqual([0.75, 0.75, 0.25]);
  expect(found.counts).toHaveLength(50);
  expect([found.counts[12], found.counts[37], found.counts[49]]).toEqual([1, 2, 1]);
});

test.each([
  ["a lower FVU at the same L0", [10, 0.1], [10.05, 0.09], "with"],
  ["a higher FVU at the same L0", [10, 0.1], [10, 0.11], "without"],
  ["about the same FVU", [10, 0.1], [10, 0.101], "neither"],
  ["a lower FVU of fewer", [10, 0.1], [8, 0.09], "with"],
  ["a higher FVU of more", [10, 0.1], [12, 0.11], "without"],
  ["a lower FVU of more", [10, 0.1], [12, 0.09], null],
] as const)("%s decides", (_, before, after, expected) => {
  const figures = ([l0, fvu]: readonly [number, number]) => ({
    ...{ l0, fvu, ce_loss_recovered: 0.9, dead_fraction: 0, mean_nearest: 0.5 },
    ...{ nearer: [], counts: [] },
  });
  expect(betterOf({ without: figures(before), with: figures(after) })).toBe(expected);
});
