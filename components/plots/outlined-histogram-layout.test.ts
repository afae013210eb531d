import { expect, test } from "vitest";
import { outlinedHistogramLayout } from "./outlined-histogram-layout.ts";

const { bars, outline, x } = outlinedHistogramLayout(
  { counts: [0, 2, 4], min: 0, max: 3 },
  [8, 2, 0],
  80,
);

test("both are on one scale, up to the largest of either", () => {
  expect(bars.map(({ y }) => 80 - y)).toEqual([0, 20, 40]);
  expect(outline).toBe("M0,80V0H33.33V60H66.67V80H100V80");
});

test("a bin says its range and what each counts in it", () => {
  expect(bars[1]).toMatchObject({ from: 1, to: 2, count: 2, outlined: 2 });
  expect(x(3)).toBe(100);
});

test("nothing at all is drawn flat", () => {
  const none = outlinedHistogramLayout({ counts: [0, 0], min: 0, max: 1 }, [0, 0], 50);
  expect(none.outline).toBe("M0,50V50H50V50H100V50");
});
