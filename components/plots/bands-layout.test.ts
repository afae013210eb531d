import { expect, test } from "vitest";
import { bandsLayout } from "./bands-layout.ts";

const point = (x: number, mid: number, half = 1) => ({ x, low: mid - half, mid, high: mid + half });

test("the axes hold every range, from the left edge to the right", () => {
  const points = [point(2, 10), point(4, 20)];
  const { x, y, bands } = bandsLayout([{ key: "a", points }], 100, { x: "linear", y: "linear" });
  expect([x(2), x(4)]).toEqual([0, 100]);
  expect(y(9)).toBeLessThanOrEqual(100);
  expect(y(21)).toBeGreaterThanOrEqual(0);
  expect(bands[0]?.line).toMatch(/^M0,[\d.]+L100,/);
});

test("on a log axis equal ratios are equal distances", () => {
  const points = [point(1, 10), point(10, 10), point(100, 10)];
  const { x } = bandsLayout([{ key: "a", points }], 100, { x: "log", y: "linear" });
  expect(x(10)).toBeCloseTo(50);
});

test("what has no place on a log axis is left out", () => {
  const points = [point(0, 10), point(1, 0.5), point(2, 10)];
  const { bands } = bandsLayout([{ key: "a", points }], 100, { x: "log", y: "log" });
  expect(bands[0]?.points).toEqual([point(2, 10)]);
});

test("a count of 0 has its place at the left edge, and those after it are ever nearer", () => {
  const points = [point(0, 10), point(1, 10), point(2, 10), point(3, 10)];
  const { x, bands } = bandsLayout([{ key: "a", points }], 100, { x: "symlog", y: "linear" });
  expect(bands[0]?.points).toHaveLength(4);
  // log(1 + x): 0, ln 2, ln 3, ln 4
  expect([x(0), x(1), x(3)].map(Math.round)).toEqual([0, 50, 100]);
  expect(x.ticks.map(({ label }) => label)).toEqual(["0", "1", "2"]);
});
