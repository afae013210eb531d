import { expect, test } from "vitest";
import { paretoLayout } from "./pareto-layout.ts";

const point = (key: string, l0: number, recovered: number) => ({ key, l0, recovered });

test("sparser is further left, better is further up", () => {
  const { points } = paretoLayout([point("a", 16, 0.9), point("b", 64, 0.98)], 200);
  const [a, b] = points;
  expect(a?.x).toBeLessThan(b?.x ?? 0);
  expect(a?.y).toBeGreaterThan(b?.y ?? 0);
});

test("equal ratios of L0 are equally far apart", () => {
  const { points } = paretoLayout(
    [point("a", 8, 0.9), point("b", 32, 0.95), point("c", 128, 1)],
    200,
  );
  const [a = 0, b = 0, c = 0] = points.map((p) => p.x);
  expect(b - a).toBeCloseTo(c - b, 6);
});

test("a point is best unless another is at least as sparse and as good, and better in one", () => {
  const { points } = paretoLayout(
    [
      point("front", 16, 0.9),
      point("beaten", 20, 0.9),
      point("rich", 64, 0.98),
      point("twin", 16, 0.9),
    ],
    200,
  );
  expect(points.filter((p) => p.best).map((p) => p.key)).toEqual(["front", "rich", "twin"]);
});

test("points lie within the frame, labels turn inwards", () => {
  const { points } = paretoLayout([point("a", 4, 0.2), point("b", 400, 0.99)], 200);
  for (const p of points) {
    expect(p.x).toBeGreaterThan(0);
    expect(p.x).toBeLessThan(100);
    expect(p.y).toBeGreaterThan(0);
    expect(p.y).toBeLessThan(200);
  }
  expect(points.map((p) => p.labelOn)).toEqual(["right", "left"]);
});

test("the axis ends at 1, which nothing but noise exceeds", () => {
  const { y } = paretoLayout([point("only", 32, 0.97)], 200);
  expect(y(1)).toBe(0);
  expect(y.ticks.every((tick) => tick.value <= 1)).toBe(true);
});

test("what has no L0 has no place", () => {
  expect(paretoLayout([point("empty", 0, 0)], 200).points).toEqual([]);
});
