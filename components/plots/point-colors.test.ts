import { expect, test } from "vitest";
import {
  categoryColor,
  colorScale,
  muted,
  paintByCategory,
  paintByScale,
  shareOf,
} from "./point-colors.ts";

test("a diverging scale is as wide on either side of 0, whatever the values are", () => {
  const scale = colorScale("diverging", Float32Array.of(-1, 0.5, 4, 2), false);
  expect(scale.low).toBe(-scale.high);
  expect(shareOf(scale, 0)).toBe(0.5);
  expect(shareOf(scale, -0.1)).toBeLessThan(0.5);
});

test("blue is below 0 and orange above, in light and dark", () => {
  for (const isDark of [false, true]) {
    const { stops } = colorScale("diverging", Float32Array.of(-1, 1), isDark);
    const [red, blue] = [(hex = "") => hex.slice(1, 3), (hex = "") => hex.slice(5, 7)];
    expect(blue(stops[0]) > red(stops[0])).toBe(true);
    expect(red(stops.at(-1)) > blue(stops.at(-1))).toBe(true);
  }
});

test("the outermost hundredth is clipped and counted", () => {
  const values = Float32Array.from({ length: 1001 }, (_, i) => i); // 0 … 1000
  const scale = colorScale("linear", values, false);
  expect([scale.low, scale.high]).toEqual([10, 990]);
  expect(scale.clipped).toBe(20);
  expect(shareOf(scale, 5000)).toBe(1);
  expect(shareOf(scale, 500)).toBe(0.5);
});

test("on a log scale the middle is the geometric mean, and what has no logarithm is the least", () => {
  const scale = colorScale("log", Float32Array.of(1, 100, 0), false);
  expect(scale.low).toBeCloseTo(1 + 0.99, 5);
  expect(shareOf({ ...scale, low: 1, high: 100 }, 10)).toBeCloseTo(0.5, 12);
  expect(shareOf(scale, 0)).toBe(0);
});

test("where all values are one, all have the colour of the middle", () => {
  expect(shareOf(colorScale("linear", Float32Array.of(32, 32), false), 32)).toBe(0.5);
});

test("the extremes of either side are drawn last", () => {
  const values = Float32Array.of(-3, 0, 2, -1);
  const { order } = paintByScale(colorScale("diverging", values, false), values);
  expect([...order]).toEqual([1, 3, 2, 0]);
});

test("a pixel is the colour's bytes from red on", () => {
  const { colors } = paintByCategory(Int32Array.of(0, -1), false);
  const hex = [...new Uint8Array(colors.buffer)].map((byte) => byte.toString(16).padStart(2, "0"));
  expect(`#${hex.slice(0, 3).join("")}`).toBe(categoryColor(0, false));
  expect(hex[3]).toBe("ff");
});

test("what a selection leaves out is faint and lies below", () => {
  const paint = { colors: Uint32Array.of(1, 2, 3), order: Uint32Array.of(2, 1, 0) };
  const { colors, order } = muted(paint, Uint8Array.of(0, 1, 1), 9);
  expect([...colors]).toEqual([9, 2, 3]);
  expect([...order]).toEqual([0, 2, 1]);
});
