import { expect, test } from "vitest";
import { colorings, figuresText } from "./colorings.ts";
import type { MapPoints } from "./points.ts";

const points: MapPoints = {
  index: Int32Array.of(0, 4),
  context: Int32Array.of(7, 9),
  position: Int32Array.of(1, 3),
  token_id: Int32Array.of(50, 70),
  origin: Int32Array.of(0, 1),
  l0: Int32Array.of(4, 6),
  ce_diff: Float32Array.of(-1, 2),
  squared_error: Float32Array.of(1, 100),
  norm_x: Float32Array.of(3, 5),
  umap_x: Float32Array.of(0, 2),
  umap_y: Float32Array.of(0, 2),
  tokens: [],
};

test("CE-diff is coloured around 0, squared error by its logarithm", () => {
  expect([colorings.ce_diff.kind, colorings.squared_error.kind]).toEqual(["diverging", "log"]);
});

test("a point is described with all its figures", () => {
  expect(figuresText(points, 1)).toBe("CE-diff 2 · squared error 100 · L0 6 · position 3 · ‖x‖ 5");
});
