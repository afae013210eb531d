import { expect, test } from "vitest";
import { pointsWithin } from "./lasso.ts";

const x = Float32Array.of(1, 5, 9, 5, -1);
const y = Float32Array.of(1, 5, 9, 1, 5);

test("takes what lies inside, not what lies in the notch of a bent shape", () => {
  expect(pointsWithin(x, y, [0, 0, 10, 0, 10, 10, 0, 10])).toEqual([0, 1, 2, 3]);
  // the same square, with a notch from below that holds the points at (5, 1) and (5, 5)
  expect(pointsWithin(x, y, [0, 0, 4, 0, 4, 6, 6, 6, 6, 0, 10, 0, 10, 10, 0, 10])).toEqual([0, 2]);
});

test("a line and nothing hold no point", () => {
  expect(pointsWithin(x, y, [0, 0, 10, 10])).toEqual([]);
  expect(pointsWithin(x, y, [])).toEqual([]);
});
