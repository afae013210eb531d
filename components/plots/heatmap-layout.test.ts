import { expect, test } from "vitest";
import { heatmapLayout } from "./heatmap-layout.ts";

const shades = (matrix: (number | null)[][], neutral: number) =>
  heatmapLayout(matrix, neutral).map((row) =>
    row.map(({ shade, side }) => (side === "below" ? -1 : 1) * Math.round(100 * shade)),
  );

test("the farthest from neutral has all of the colour, on its side; the diagonal has none", () => {
  const correlations = [
    [1, 0.5, -0.25],
    [0.5, 1, 0],
    [-0.25, 0, 1],
  ];
  expect(shades(correlations, 0)).toEqual([
    [0, 100, -50],
    [100, 0, 0],
    [-50, 0, 0],
  ]);
});

test("what is neutral may be another number than 0: chance", () => {
  const overlap = [
    [1, 0.21],
    [0, 1],
  ];
  expect(shades(overlap, 0.01)).toEqual([
    [0, 100],
    [-5, 0],
  ]);
});

test("what is not known is not shaded, and a matrix of nothing but neutral ones neither", () => {
  expect(
    shades(
      [
        [1, null],
        [null, 1],
      ],
      0,
    ),
  ).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(
    shades(
      [
        [1, 0],
        [0, 1],
      ],
      0,
    ),
  ).toEqual([
    [0, 0],
    [0, 0],
  ]);
});
