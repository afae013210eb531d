import { expect, test } from "vitest";
import { cosineBins } from "./bins.ts";

test("every cosine is counted once, 1 in the last bin and what is negative in the first", () => {
  const { counts, min, max } = cosineBins([-0.2, 0, 0.049, 0.5, 0.99, 1, 1.00001]);
  expect(counts).toHaveLength(20);
  expect([counts[0], counts[10], counts[19]]).toEqual([3, 1, 3]);
  expect([min, max]).toEqual([0, 1]);
});
