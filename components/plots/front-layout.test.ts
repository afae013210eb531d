import { expect, test } from "vitest";
import { frontLayout } from "./front-layout.ts";

const point = (key: string, l0: number, fvu: number) => ({ key, l0, fvu });

test("sparser is further left, less unexplained is further down", () => {
  const { points } = frontLayout([point("a", 16, 0.4), point("b", 64, 0.1)], 200);
  const [a, b] = points;
  expect(a?.x).toBeLessThan(b?.x ?? 0);
  expect(a?.y).toBeLessThan(b?.y ?? 0);
  for (const { x, y } of points) {
    expect(x > 0 && x < 100).toBe(true);
    expect(y > 0 && y < 200).toBe(true);
  }
});

test("the front is made of those that no other beats, from sparse to dense", () => {
  const { points, front } = frontLayout(
    [
      point("dense", 64, 0.1),
      point("beaten", 40, 0.5),
      point("sparse", 16, 0.4),
      point("twin", 16, 0.4),
    ],
    200,
  );
  expect(points.filter(({ best }) => best).map(({ key }) => key)).toEqual([
    "dense",
    "sparse",
    "twin",
  ]);
  const [dense, , sparse] = points;
  expect(front.startsWith(`M${sparse?.x.toFixed(3).replace(/\.?0+$/, "")}`)).toBe(true);
  expect(front.endsWith(`${dense?.y.toFixed(3).replace(/\.?0+$/, "")}`)).toBe(true);
});

test("equal ratios are equally far apart on both axes", () => {
  const { points } = frontLayout(
    [point("a", 8, 0.4), point("b", 32, 0.2), point("c", 128, 0.1)],
    200,
  );
  const [a, b, c] = points;
  expect((b?.x ?? 0) - (a?.x ?? 0)).toBeCloseTo((c?.x ?? 0) - (b?.x ?? 0), 6);
  expect((b?.y ?? 0) - (a?.y ?? 0)).toBeCloseTo((c?.y ?? 0) - (b?.y ?? 0), 6);
});

test("what was not measured yet has no place", () => {
  const { points, front } = frontLayout([point("new", 32, Number.NaN), point("dead", 0, 1)], 200);
  expect(points).toEqual([]);
  expect(front).toBe("");
});
