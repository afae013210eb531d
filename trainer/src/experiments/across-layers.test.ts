import { expect, test } from "vitest";
import { agreement } from "./across-layers.ts";

const of = (...ce_diffs: number[][]) =>
  agreement(
    ce_diffs.map((values) => Float32Array.from(values)),
    { worst_fraction: 0.5 },
  );

test("a dictionary agrees with itself wholly", () => {
  const { spearman, pearson, overlap } = of([0, 1, 2, 8], [5, 4, 3, 2]);
  for (const matrix of [spearman, pearson, overlap])
    for (const i of [0, 1]) expect(matrix[i][i]).toBeCloseTo(1);
});

test("order alone counts for Spearman, distances for Pearson", () => {
  const { spearman, pearson } = of([0, 1, 2, 3], [0, 1, 2, 30]);
  expect(spearman[0][1]).toBeCloseTo(1);
  // deviations −1.5, −0.5, 0.5, 1.5 and −8.25, −7.25, −6.25, 21.75: 45.5 / √(5 · 632.75)
  expect(pearson[0][1]).toBeCloseTo(45.5 / Math.sqrt(5 * 632.75));
  expect(pearson[1][0]).toBe(pearson[0][1]);
});

test("the worst are the largest, and overlap is the share of them that is shared", () => {
  // of the worst half {2, 3}, {3, 0} has one, {1, 0} none
  const { overlap } = of([0, 1, 2, 3], [2, 0, 1, 3], [9, 8, 0, 0]);
  expect(overlap).toEqual([
    [1, 0.5, 0],
    [0.5, 1, 0.5],
    [0, 0.5, 1],
  ]);
});

test("what is the same everywhere has no correlation", () => {
  expect(of([1, 1, 1, 1], [0, 1, 2, 3]).spearman[0][1]).toBeNull();
});
