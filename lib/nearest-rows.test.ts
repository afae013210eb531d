import { expect, test } from "vitest";
import { NearestRows } from "./nearest-rows.ts";

test("the rows that point most nearly the same way, however long they are, in whichever block", () => {
  const nearest = new NearestRows(Float32Array.of(2, 0), 2);
  nearest.add(Float32Array.of(-5, 0, 10, 10)); // opposite and 45°
  expect(nearest.found.map(({ index }) => index)).toEqual([1, 0]);
  nearest.add(Float32Array.of(0, 3, 0.3, 0.04));
  const [first, second, ...others] = nearest.found;
  expect(first).toEqual({ index: 3, cosine: expect.closeTo(0.3 / Math.hypot(0.3, 0.04), 6) });
  expect(second).toEqual({ index: 1, cosine: expect.closeTo(Math.SQRT1_2, 6) });
  expect(others).toEqual([]);
});

test("of equally near rows the earlier is it, and a row of zeros never", () => {
  const nearest = new NearestRows(Float32Array.of(1, 1), 1);
  nearest.add(Float32Array.of(0, 0, -1, -1, -2, -2));
  expect(nearest.found).toEqual([{ index: 1, cosine: expect.closeTo(-1, 6) }]);
});
