import { expect, test } from "vitest";
import { linesLayout } from "./lines-layout.ts";

const series = (key: string, ...points: [number, number][]) => ({
  key,
  points: points.map(([x, y]) => ({ x, y })),
});

test("lines share their axes: the longest ends at the right edge, equal values are equally high", () => {
  const { series: placed, y } = linesLayout(
    [series("loss", [50, 8], [100, 4]), series("mse_loss", [25, 8], [50, 2])],
    80,
    "log",
  );
  expect(placed[0]?.path).toMatch(/^M50,[\d.]+L100,/);
  expect(placed[1]?.path).toMatch(/^M25,[\d.]+L50,/);
  const startOf = (path = "") => path.match(/^M\d+,([\d.]+)/)?.[1];
  expect(startOf(placed[0]?.path)).toBe(startOf(placed[1]?.path));
  expect(y(2)).toBeGreaterThan(y(8)); // down the page
});

test("a line that cannot be drawn on a log scale leaves the others as they are", () => {
  const drawn = series("loss", [1, 8], [2, 4]);
  const alone = linesLayout([drawn], 80, "log");
  const beside = linesLayout([drawn, series("auxk_loss", [1, 0], [2, 0])], 80, "log");
  expect(beside.series[0]).toEqual(alone.series[0]);
  expect(beside.series[1]).toEqual({ key: "auxk_loss", path: "", last: null });
});

test("the newest point is the last that can be drawn", () => {
  const { series: placed } = linesLayout([series("fvu", [1, 0.5], [2, Number.NaN])], 80, "linear");
  expect(placed[0]?.last).toEqual({ x: 1, y: 0.5 });
});

test("plots beside one another can end at the same place", () => {
  const { series: placed } = linesLayout([series("fvu", [50, 0.5])], 80, "log", 200);
  expect(placed[0]?.path).toMatch(/^M25,/);
});

test("no points are empty lines on axes that stand", () => {
  const { series: placed, x, y } = linesLayout([series("loss")], 80, "log");
  expect(placed).toEqual([{ key: "loss", path: "", last: null }]);
  expect(Number.isFinite(x(1)) && Number.isFinite(y(1))).toBe(true);
});

test("a linear axis of positive values starts at zero, so that heights can be compared", () => {
  expect(linesLayout([series("l0", [1, 10], [2, 20])], 80, "linear").y(0)).toBe(80);
});

test("what cannot be drawn is a gap", () => {
  const values = [1, Number.NaN, 3, 4].map((y, i): [number, number] => [i + 1, y]);
  const [placed] = linesLayout([series("fvu", ...values)], 80, "linear").series;
  expect(placed?.path.match(/M/g)).toHaveLength(2);
});
