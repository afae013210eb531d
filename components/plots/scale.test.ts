import { expect, test } from "vitest";
import { extentOf, plotScale } from "./scale.ts";

test("a linear scale takes its domain onto its range", () => {
  const x = plotScale("linear", [0, 10], [0, 100]);
  expect([x(0), x(2.5), x(10)]).toEqual([0, 25, 100]);
});

test("a log scale gives each decade the same room", () => {
  const y = plotScale("log", [1, 1000], [90, 0]);
  expect([1, 10, 100, 1000].map((v) => Math.round(y(v)))).toEqual([90, 60, 30, 0]);
  expect(y.ticks.map((t) => t.label)).toEqual(["1", "10", "100", "1000"]);
});

test("a log scale of less than two decades has ticks between the powers", () => {
  const labels = plotScale("log", [10, 60], [0, 100]).ticks.map((t) => t.label);
  expect(labels).toEqual(["10", "20", "50"]);
  const narrow = plotScale("log", [13, 78], [0, 100]).ticks.map((t) => t.label);
  expect(narrow).toEqual(["20", "30", "40", "60"]);
  const narrower = plotScale("log", [31.6, 35.2], [0, 100]).ticks.map((t) => t.label);
  expect(narrower).toEqual(["32", "33", "34", "35"]);
});

test("many decades are thinned out to six ticks at most, ending at the last", () => {
  const ticks = plotScale("log", [1e-9, 1], [0, 100]).ticks;
  expect(ticks.length).toBeLessThanOrEqual(6);
  expect(ticks.at(-1)).toEqual({ value: 1, at: 100, label: "1" });
  expect(ticks[0]?.label).toMatch(/^10⁻/);
});

test("ticks lie within the range", () => {
  for (const { at } of plotScale("linear", [0.13, 7.9], [0, 100]).ticks) {
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThanOrEqual(100);
  }
});

test("an extent of one value still has a width, of none is 0 to 1", () => {
  expect(extentOf([5])).toEqual([4.5, 5.5]);
  expect(extentOf([0])).toEqual([-0.1, 0.1]);
  expect(extentOf([])).toEqual([0, 1]);
  expect(extentOf([1, Number.NaN, 3], 0.5)).toEqual([0, 4]);
});
