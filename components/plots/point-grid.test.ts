import { expect, test } from "vitest";
import { countingSort, nearestPoint, pointGrid } from "./point-grid.ts";

test("finds what looking at every point finds", () => {
  const n = 500;
  const x = Float32Array.from({ length: n }, (_, i) => (i * 37.7) % 300);
  const y = Float32Array.from({ length: n }, (_, i) => (i * 91.3) % 200);
  const grid = pointGrid(x, y, 300, 200);
  for (const [px, py] of [
    [10, 10],
    [150, 99],
    [299, 199],
    [-5, 40],
    [310, 210],
  ] as const) {
    const distances = Array.from(x, (_, i) => Math.hypot((x[i] ?? 0) - px, (y[i] ?? 0) - py));
    const least = Math.min(...distances);
    const expected = least <= 20 ? distances.indexOf(least) : null;
    expect(nearestPoint(grid, px, py, 20)).toBe(expected);
  }
});

test("there is none beyond the radius, and none among none", () => {
  const grid = pointGrid(Float32Array.of(50), Float32Array.of(50), 100, 100);
  expect(nearestPoint(grid, 53, 54, 5)).toBe(0);
  expect(nearestPoint(grid, 53, 54, 4.9)).toBe(null);
  expect(nearestPoint(pointGrid(new Float32Array(), new Float32Array(), 9, 9), 1, 1, 9)).toBe(null);
});

test("sorts indices by key and leaves equals in order", () => {
  const { items, starts } = countingSort([2, 0, 2, 1, 0], 3);
  expect([...items]).toEqual([1, 4, 3, 0, 2]);
  expect([...starts]).toEqual([0, 2, 3, 5]);
});
