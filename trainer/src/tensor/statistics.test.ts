import { expect, test } from "vitest";
import { auroc, pearson, quantile, ranks, spearman } from "./statistics.ts";

test("a straight line has correlation 1, a falling one −1, a constant none", () => {
  expect(pearson([1, 2, 3], [10, 20, 30])).toBeCloseTo(1);
  expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
  expect(pearson([1, 2, 3], [5, 5, 5])).toBeNull();
  expect(pearson([1, 2, 3, 4, 5, 6], new Array(6).fill(0.1))).toBeNull(); // their mean is rounded
});

test("Pearson's correlation by hand: deviations −1, 0, 1 and −1, 1, 0 have 1 / 2", () => {
  expect(pearson([0, 1, 2], [0, 2, 1])).toBeCloseTo(0.5);
});

test("equal values share the mean of their ranks", () => {
  expect([...ranks([30, 10, 20, 10])]).toEqual([4, 1.5, 3, 1.5]);
});

test("Spearman's correlation sees order alone", () => {
  expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1);
});

test("AUROC is the share of pairs in which the bad one has more, ties counting half", () => {
  expect(auroc([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
  expect(auroc([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
  // bad 2 and 3 against 1, 2 and 4: 1 + ½ + 0 and 1 + 1 + 0 of six pairs
  expect(auroc([1, 2, 4, 2, 3], [0, 0, 0, 1, 1])).toBeCloseTo(3.5 / 6);
  expect(auroc([7, 7, 7], [1, 0, 0])).toBe(0.5);
  expect(auroc([1, 2], [1, 1])).toBeNull();
});

test("quantiles lie between values in proportion", () => {
  expect(quantile([10, 20, 30], 0.5)).toBe(20);
  expect(quantile([10, 20], 0.25)).toBe(12.5);
  expect(quantile([7], 0.9)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
