import { expect, test } from "vitest";
import { shadeOf, shadeRange } from "./shade.ts";

const shareOf = (ce_diff: number, range = 4) =>
  Number((shadeOf(ce_diff, range).style as Record<string, string> | undefined)?.["--a"] ?? 0);

test("worse and better have colours of their own, by the sign", () => {
  expect(shadeOf(1, 4).className).toBe("token");
  expect(shadeOf(-1, 4).className).toContain("token-better");
});

test("a quarter of the range has half of the colour, on either side", () => {
  expect(shareOf(1)).toBe(0.5);
  expect(shareOf(-1)).toBe(0.5);
  expect(shareOf(4)).toBe(1);
  expect(shareOf(-9)).toBe(1);
});

test("what makes no difference has no colour, nor what has no number", () => {
  expect(shareOf(0)).toBe(0);
  expect(shareOf(0.001)).toBe(0);
  expect(shareOf(Number.NaN)).toBe(0);
});

test("the range reaches to the largest of either sign, and to half a nat at least", () => {
  expect(shadeRange([0.2, -3, 1])).toBe(3);
  expect(shadeRange([0.01, -0.02])).toBe(0.5);
  expect(shadeRange([])).toBe(0.5);
});
