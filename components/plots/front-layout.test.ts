import { describe, expect, test } from "vitest";
import { type FrontAxis, frontLayout } from "./front-layout.ts";

const recovered: FrontAxis = { kind: "linear", better: "higher", end: 1 };
const fvu: FrontAxis = { kind: "log", better: "lower" };
const point = (key: string, l0: number, value: number) => ({ key, l0, value });
const bestOf = (points: ReturnType<typeof point>[], axis: FrontAxis) =>
  frontLayout(points, axis, 200)
    .points.filter(({ best }) => best)
    .map(({ key }) => key)
    .sort();

test("sparser is further left, more is further up", () => {
  const { points } = frontLayout([point("a", 16, 0.9), point("b", 64, 0.98)], recovered, 200);
  const at = Object.fromEntries(points.map((one) => [one.key, one]));
  expect(at.a?.x).toBeLessThan(at.b?.x ?? 0);
  expect(at.a?.y).toBeGreaterThan(at.b?.y ?? 0);
});

test("equal ratios of L0 are equally far apart", () => {
  const given = [point("a", 8, 0.9), point("b", 32, 0.95), point("c", 128, 1)];
  const xs = frontLayout(given, recovered, 200).points.map(({ x }) => x);
  const [a = 0, b = 0, c = 0] = xs.sort((p, q) => p - q);
  expect(b - a).toBeCloseTo(c - b, 6);
});

describe("a point is best unless another is at least as sparse and as good, and better in one:", () => {
  const given = [
    point("front", 16, 0.9),
    point("beaten", 20, 0.9),
    point("dense", 64, 0.98),
    point("twin", 16, 0.9),
    point("low", 32, 0.5),
  ];
  test("where more is better", () => {
    expect(bestOf(given, recovered)).toEqual(["dense", "front", "twin"]);
  });
  test("where less is better", () => {
    expect(bestOf(given, fvu)).toEqual(["front", "low", "twin"]);
  });
});

test("the front goes through the best points from sparse to dense, and they are drawn last", () => {
  const given = [point("b", 64, 0.1), point("worse", 64, 0.4), point("a", 16, 0.3)];
  const { points, front } = frontLayout(given, fvu, 200);
  expect(points.map(({ key }) => key)).toEqual(["worse", "b", "a"]);
  const [x] = front.slice(1).split(",").map(Number);
  expect(x).toBeCloseTo(points[2]?.x ?? 0, 2);
  expect(front.match(/L/g)).toHaveLength(1);
});

test("points lie within the frame, labels turn inwards", () => {
  const given = [point("a", 4, 0.2), point("b", 400, 0.99)];
  for (const axis of [recovered, fvu]) {
    const { points } = frontLayout(given, axis, 200);
    for (const { x, y } of points) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(100);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(200);
    }
    expect(points.find(({ key }) => key === "a")?.label).toBe("right");
  }
  const { points } = frontLayout(given, recovered, 200);
  expect(points.find(({ key }) => key === "b")?.label).toBe("left");
});

test("the axis ends at its end, unless a value lies beyond", () => {
  const { y } = frontLayout([point("only", 32, 0.97)], recovered, 200);
  expect(y(1)).toBe(0);
  expect(y.ticks.every((tick) => tick.value <= 1)).toBe(true);
  const beyond = frontLayout([point("noisy", 32, 1.02)], recovered, 200).points[0];
  expect(beyond?.y).toBeGreaterThan(0);
});

test("what has no place on a scale is left out", () => {
  const given = [point("empty", 0, 0.5), point("unknown", 8, Number.NaN), point("gain", 8, -0.1)];
  expect(frontLayout(given, fvu, 200).points).toEqual([]);
  expect(frontLayout(given, recovered, 200).points.map(({ key }) => key)).toEqual(["gain"]);
});

test("one point far below many stands at the lower edge, and few points set the axis whatever they are", () => {
  const close = Array.from({ length: 12 }, (_, i) => point(`p${i}`, 2 ** (i + 1), 0.9 + i / 200));
  const { points } = frontLayout([...close, point("failed", 64, -3)], recovered, 200);
  expect(points.filter(({ below }) => below).map(({ key, y }) => [key, y])).toEqual([
    ["failed", 200],
  ]);
  const ys = points.filter(({ below }) => !below).map(({ y }) => y);
  expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(100);
  const few = frontLayout([point("a", 4, 0.9), point("failed", 64, -3)], recovered, 200);
  expect(few.points.some(({ below }) => below)).toBe(false);
});

describe("of many points", () => {
  const many = Array.from({ length: 500 }, (_, i) =>
    point(`p${i}`, 2 ** (2 + (i % 50) / 8), 0.5 + ((i * 7919) % 499) / 1000),
  );
  const { points } = frontLayout(many, recovered, 300);

  test("all are placed, and only the best have labels", () => {
    expect(points).toHaveLength(500);
    for (const { label, best } of points) if (label) expect(best).toBe(true);
  });
  test("no two labels run into one another", () => {
    const labelled = points.filter(({ label }) => label);
    expect(labelled.length).toBeGreaterThan(0);
    for (const a of labelled)
      for (const b of labelled)
        if (a !== b) expect(Math.abs(a.y - b.y) > 13 || Math.abs(a.x - b.x) > 35).toBe(true);
  });
});
