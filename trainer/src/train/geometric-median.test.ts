import { expect, test } from "vitest";
import { geometricMedian, mean } from "./geometric-median.ts";

const x = (d: number, ...numbers: number[]) => ({
  shape: [numbers.length / d, d],
  data: Float32Array.from(numbers),
});

test("the mean is moved by a far row, the geometric median hardly", () => {
  const rows = x(2, 1, 0, -1, 0, 0, 1, 0, -1, 1000, 1000);
  expect([...mean(rows).data]).toEqual([200, 200]);
  // pulled along (1, 1) until the four near rows hold it: well inside the square they span
  for (const coordinate of geometricMedian(rows).data) expect(coordinate).toBeLessThan(0.5);
});

test("of three points with a right angle at one it is the Fermat point", () => {
  // for (0,0), (1,0), (0,1) the Fermat point is at (3 − √3) / 6 in both coordinates
  for (const coordinate of geometricMedian(x(2, 0, 0, 1, 0, 0, 1)).data)
    expect(coordinate).toBeCloseTo((3 - Math.sqrt(3)) / 6, 4);
});

test("of equal rows it is that row", () => {
  expect([...geometricMedian(x(2, 3, 4, 3, 4)).data]).toEqual([3, 4]);
});
