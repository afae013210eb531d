import { expect, test } from "vitest";
import { curveLayout } from "./curve-layout.ts";

test("goes from the axis' start to the right edge", () => {
  const { path, last } = curveLayout(
    [
      { x: 50, y: 0 },
      { x: 100, y: 0.5 },
    ],
    80,
    "linear",
  );
  expect(path).toMatch(/^M50,80L100,/);
  expect(last).toEqual({ x: 100, y: 0.5 });
});

test("a linear axis of positive values starts at zero, so that heights can be compared", () => {
  const { y } = curveLayout(
    [
      { x: 1, y: 10 },
      { x: 2, y: 20 },
    ],
    80,
    "linear",
  );
  expect(y(0)).toBe(80);
});

test("what cannot be drawn is a gap", () => {
  const points = [1, Number.NaN, 3, 4].map((value, i) => ({ x: i + 1, y: value }));
  expect(curveLayout(points, 80, "linear").path.match(/M/g)).toHaveLength(2);
  expect(
    curveLayout(
      [
        { x: 1, y: 0 },
        { x: 2, y: 1 },
      ],
      80,
      "log",
    ).path.match(/NaN/),
  ).toBeNull();
});

test("no points are an empty line", () => {
  expect(curveLayout([], 80, "linear")).toMatchObject({ path: "", last: null });
  expect(curveLayout([], 80, "log").path).toBe("");
});
