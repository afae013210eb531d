import { expect, test } from "vitest";
import { colorPoints, figuresText, rowsBetween, rowsOfToken } from "./colorings.ts";
import type { MapPoints } from "./points.ts";

const points: MapPoints = {
  index: Int32Array.of(0, 1, 4),
  context: Int32Array.of(7, 7, 9),
  position: Int32Array.of(1, 2, 3),
  token_id: Int32Array.of(50, 60, 70),
  origin: Int32Array.of(0, 0, 1),
  l0: Int32Array.of(4, 5, 6),
  ce_diff: Float32Array.of(-1, 0, 2),
  squared_error: Float32Array.of(1, 10, 100),
  norm_x: Float32Array.of(3, 4, 5),
  umap_x: Float32Array.of(0, 1, 2),
  umap_y: Float32Array.of(0, 1, 2),
  tokens: [
    { id: 60, token: " a", datapoints: 1 },
    { id: 50, token: "\n", datapoints: 1 },
  ],
};

test("tokens have colours in order of how many datapoints they are, and the rest is one", () => {
  const { categories, paint } = colorPoints(points, "token_id", false);
  expect(categories?.map(({ text, datapoints }) => [text, datapoints])).toEqual([
    ["␣a", 1],
    ["↵", 1],
    ["other", 1],
  ]);
  expect(new Set(paint.colors).size).toBe(3);
  expect(paint.order[0]).toBe(2); // what is in no category lies below
});

test("CE-diff is coloured around 0, squared error by its logarithm", () => {
  expect(colorPoints(points, "ce_diff", false).scale).toMatchObject({ kind: "diverging" });
  expect(colorPoints(points, "squared_error", false).scale).toMatchObject({ kind: "log" });
});

test("rows are found by a range with its ends, and by token", () => {
  expect(rowsBetween(points, "ce_diff", -1, 0)).toEqual([0, 1]);
  expect(rowsBetween(points, "l0", 7, 9)).toEqual([]);
  expect(rowsOfToken(points, 50)).toEqual([0]);
  expect(rowsOfToken(points, null)).toEqual([2]);
});

test("a point is described with all its figures", () => {
  expect(figuresText(points, 2)).toBe("CE-diff 2 · squared error 100 · L0 6 · position 3 · ‖x‖ 5");
});
