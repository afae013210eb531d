import { expect, test } from "vitest";
import { histogramLayout } from "./histogram-layout.ts";

test("empty bins have no bar, and the others stand over their range", () => {
  const { bars } = histogramLayout({ counts: [4, 0, 2, 1], min: 0, max: 8 }, 100, "linear");
  expect(bars.map((b) => [b.from, b.to, b.count])).toEqual([
    [0, 2, 4],
    [4, 6, 2],
    [6, 8, 1],
  ]);
  expect(bars.map((b) => b.x)).toEqual([0, 50, 75]);
});

test("linear heights are in proportion to the counts", () => {
  const { bars } = histogramLayout({ counts: [4, 2], min: 0, max: 1 }, 100, "linear");
  expect(bars.map((b) => b.height)).toEqual([100, 50]);
});

test("on a log scale a single count has a bar, and ten times the count is one decade more", () => {
  const { bars } = histogramLayout({ counts: [1, 10, 100], min: 0, max: 3 }, 100, "log");
  const [one = 0, ten = 0, hundred = 0] = bars.map((b) => b.height);
  expect(one).toBeGreaterThan(5);
  expect(hundred).toBeCloseTo(100, 6);
  expect(ten - one).toBeCloseTo(hundred - ten, 6);
});

test("every bar ends on the base line", () => {
  const { bars } = histogramLayout({ counts: [3, 1, 9], min: -1, max: 1 }, 80, "log");
  for (const bar of bars) expect(bar.y + bar.height).toBeCloseTo(80, 6);
});

test("nothing counted is an empty plot, not a broken one", () => {
  const { bars, x } = histogramLayout({ counts: [0, 0], min: 0, max: 0 }, 80, "log");
  expect(bars).toEqual([]);
  expect(Number.isFinite(x(0.5))).toBe(true);
});

test.each(["linear", "log"] as const)("on a %s scale only whole counts are labelled", (kind) => {
  const { y } = histogramLayout({ counts: [1, 2, 25], min: 0, max: 3 }, 100, kind);
  expect(y.ticks.length).toBeGreaterThan(1);
  for (const { value } of y.ticks) expect(value).toBe(Math.round(value));
});
