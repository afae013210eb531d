import { expect, test } from "vitest";
import { type InputNorm, normalized, restore } from "./normalize.ts";

const x = { shape: [3, 3], data: Float32Array.of(1, 2, 6, 3, 4, 0, 0, 0, 0) };

test("layer_norm takes away the mean and divides by the deviation of d − 1 degrees of freedom", () => {
  // μ 3, σ √((4 + 1 + 9) / 2) = √7
  const divisor = Math.sqrt(7) + 1e-5;
  expectClose(normalized(x, "layer_norm").data.subarray(0, 3), [
    -2 / divisor,
    -1 / divisor,
    3 / divisor,
  ]);
});

test("constant_norm_rescale makes every norm √d, but of zeros", () => {
  const by = Math.sqrt(3) / 5;
  expectClose(normalized(x, "constant_norm_rescale").data.subarray(3), [
    3 * by,
    4 * by,
    0,
    0,
    0,
    0,
  ]);
});

test.each<InputNorm>(["layer_norm", "constant_norm_rescale"])("%s is undone", (by) => {
  const back = normalized(x, by);
  restore(back, x, by);
  expectClose(back.data, [...x.data]);
});

function expectClose(found: Float32Array, expected: number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
  expect(found.length).toBe(expected.length);
}
