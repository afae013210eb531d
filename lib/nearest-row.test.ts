import { expect, test } from "vitest";
import { NearestRow } from "./nearest-row.ts";

test("the row that points most nearly the same way, however long it is, in whichever block", () => {
  const nearest = new NearestRow(Float32Array.of(2, 0));
  nearest.add(Float32Array.of(10, 10, -5, 0)); // 45° and opposite
  expect(nearest.index).toBe(0);
  expect(nearest.cosine).toBeCloseTo(Math.SQRT1_2, 6);
  nearest.add(Float32Array.of(0, 3, 0.3, 0.04));
  expect(nearest.index).toBe(3);
  expect(nearest.cosine).toBeCloseTo(0.3 / Math.hypot(0.3, 0.04), 6);
});

test("a row of zeros is never it", () => {
  const nearest = new NearestRow(Float32Array.of(1, 1));
  nearest.add(Float32Array.of(0, 0, -1, -1));
  expect(nearest.index).toBe(1);
  expect(nearest.cosine).toBeCloseTo(-1, 6);
});
