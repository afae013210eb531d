import { expect, test } from "vitest";
import type { FeaturePoints } from "@/lib/views.ts";
import { aliveOf, isLaidOut } from "./points.ts";

const points: FeaturePoints = {
  index: Int32Array.of(0, 1, 2),
  density: Float32Array.of(0.5, 0, 0.25),
  max_activation: Float32Array.of(1, 0, 2),
  nearest_cosine: Float32Array.of(0.5, 0.5, 0.5),
  encoder_decoder_cosine: Float32Array.of(0.5, 0.5, 0.5),
  decoder_norm: Float32Array.of(1, 1, 1),
  umap_x: Float32Array.of(1, 2, 3),
  umap_y: Float32Array.of(4, 4, 4),
};

test("dead features are left out of every column", () => {
  const alive = aliveOf(points);
  expect(alive.index).toEqual(Int32Array.of(0, 2));
  expect(alive.umap_x).toEqual(Float32Array.of(1, 3));
  expect(Object.values(alive).every((column) => column.length === 2)).toBe(true);
});

test("features that all lie at one place are not laid out", () => {
  expect(isLaidOut(points)).toBe(true);
  expect(isLaidOut({ ...points, umap_x: new Float32Array(3), umap_y: new Float32Array(3) })).toBe(
    false,
  );
});
