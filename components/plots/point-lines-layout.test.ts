import { expect, test } from "vitest";
import { pointLinesLayout } from "./point-lines-layout.ts";

const ys = (...values: number[]) => values.map((y, x) => ({ x, y }));

test("layers stand at equal distances, from edge to edge, with a tick at each", () => {
  const { lines, x } = pointLinesLayout([{ key: "a", points: ys(1, 2, 3) }], 100, "whole");
  expect(lines[0]?.points.map(({ at }) => at.x)).toEqual([0, 50, 100]);
  expect(x.ticks.map(({ value, at }) => [value, at])).toEqual([
    [0, 0],
    [1, 50],
    [2, 100],
  ]);
});

test("larger values stand higher, on one axis for all lines", () => {
  const { lines } = pointLinesLayout(
    [
      { key: "a", points: ys(0, 1) },
      { key: "b", points: ys(1, 0.5) },
    ],
    120,
    "whole",
  );
  // from 0 to 1 with a tenth of that below and above: 1.2 in 120 pixels
  expect(lines.map(({ points }) => points.map(({ at }) => Math.round(at.y)))).toEqual([
    [110, 10],
    [10, 60],
  ]);
});

test("each doubling of a width takes as much room", () => {
  const points = [1, 2, 4].map((x) => ({ x, y: x }));
  const { lines } = pointLinesLayout([{ key: "a", points }], 100, "log");
  const across = lines[0]?.points.map(({ at }) => at.x) ?? [];
  expect(across[1]).toBeCloseTo(50);
  expect(across[2]).toBeCloseTo(100);
});

test("of many layers seven at most have a tick", () => {
  const { x } = pointLinesLayout([{ key: "a", points: ys(...Array(32).fill(1)) }], 100, "whole");
  expect(x.ticks.map(({ value }) => value)).toEqual([0, 5, 10, 15, 20, 25, 30]);
});

test("a value that is missing is left out, and one layer alone stands in the middle", () => {
  const points = [
    { x: 3, y: 0.5 },
    { x: 4, y: Number.NaN },
  ];
  const { lines } = pointLinesLayout([{ key: "a", points }], 100, "whole");
  expect(lines[0]?.points.map(({ at, value }) => [at.x, value.y])).toEqual([[50, 0.5]]);
});
