import { expect, test } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32 } from "../tensor/half.ts";
import { areFinite } from "./check-numbers.ts";

test.each([
  ["F16", float16ToFloat32],
  ["BF16", bfloat16ToFloat32],
] as const)("of all 65,536 %s numbers, finite are those that are in float32", (dtype, widen) => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = new Float32Array(65536);
  widen(values, bits);
  const wrong = bits.filter((half) => {
    const expected = Number.isFinite(values[half]);
    return [half, half << 16].some((word) => areFinite(Int32Array.of(word), dtype) !== expected);
  });
  expect([...wrong]).toEqual([]);
});

test.each([
  [true, 0, -0, 1, -3e38, 3.4028234e38, 1e-45],
  [false, 1, Infinity],
  [false, -Infinity, 1],
  [false, 1, NaN, 1],
])("float32: %s for %j", (expected, ...values) => {
  expect(areFinite(new Int32Array(Float32Array.from(values).buffer), "F32")).toBe(expected);
});
