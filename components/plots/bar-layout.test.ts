import { expect, test } from "vitest";
import { barDomain, barOf } from "./bar-layout.ts";

test("a bar reaches from 0 to its value, to either side", () => {
  expect(barOf(0.5, [-1, 1])).toEqual({ left: 50, width: 25 });
  expect(barOf(-0.5, [-1, 1])).toEqual({ left: 25, width: 25 });
  expect(barOf(3, [0, 4])).toEqual({ left: 0, width: 75 });
});

test("what lies beyond the axis ends at it, and what is no number has no bar", () => {
  expect(barOf(2, [0, 1])).toEqual({ left: 0, width: 100 });
  expect(barOf(Number.NaN, [0, 1]).width).toBe(0);
  expect(barOf(0, [0, 0]).width).toBe(0);
});

test("the axis always holds 0", () => {
  expect(barDomain([2, 5])).toEqual([0, 5]);
  expect(barDomain([-2, -1])).toEqual([-2, 0]);
  expect(barDomain([-2, 3, Number.NaN])).toEqual([-2, 3]);
});
