import { describe, expect, test } from "vitest";
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from "./half.ts";

const formats = {
  bfloat16: { narrow: float32ToBfloat16, widen: bfloat16ToFloat32 },
  float16: { narrow: float32ToFloat16, widen: float16ToFloat32 },
};

const bitsOf = (format: keyof typeof formats, ...x: number[]) => {
  const bits = new Uint16Array(x.length);
  formats[format].narrow(bits, Float32Array.from(x));
  return [...bits];
};

const rounded = (format: keyof typeof formats, ...x: number[]) => {
  const out = new Float32Array(x.length);
  formats[format].widen(out, Uint16Array.from(bitsOf(format, ...x)));
  return [...out];
};

test("1 and −2 have the bits that the formats' definitions give", () => {
  expect(bitsOf("bfloat16", 1, -2)).toEqual([0x3f80, 0xc000]); // float32's upper half
  expect(bitsOf("float16", 1, -2)).toEqual([0x3c00, 0xc000]); // exponents 15 and 16, no mantissa
});

describe.each(["bfloat16", "float16"] as const)("%s", (format) => {
  test("keeps every number that it has, to the bit", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const x = new Float32Array(65536);
    formats[format].widen(x, bits);
    const back = new Uint16Array(65536);
    formats[format].narrow(back, x);
    for (let i = 0; i < 65536; i++) if (!Number.isNaN(x[i])) expect(back[i]).toBe(i);
  });

  test("rounds to the nearest, and to even halfway", () => {
    const bits = format === "bfloat16" ? 7 : 10;
    const ulp = 2 ** -bits; // beside 1
    const at = (parts: number) => 1 + parts * ulp;
    expect(rounded(format, at(0.25), at(0.5), at(0.75), at(1.25), at(1.5), at(1.75))).toEqual(
      [0, 0, 1, 1, 2, 2].map(at),
    );
    expect(rounded(format, -at(0.5), -at(1.5))).toEqual([-at(0), -at(2)]);
  });

  test("keeps NaN, infinities and the sign of zero", () => {
    const lowNaN = new Float32Array(Uint32Array.of(0x7f800001).buffer)[0]; // a mantissa in the half that goes
    expect(rounded(format, NaN, lowNaN, -Infinity, Infinity, -0)).toEqual([
      NaN,
      NaN,
      -Infinity,
      Infinity,
      -0,
    ]);
  });
});

test("float16 has subnormal numbers and ends at 65504; bfloat16 goes as far as float32", () => {
  const least = 2 ** -24;
  expect(rounded("float16", least, 0.5 * least, 0.75 * least, 2.5 * least)).toEqual([
    least,
    0,
    least,
    2 * least,
  ]);
  expect(rounded("float16", 65504, 65519, 65520, -1e6)).toEqual([
    65504,
    65504,
    Infinity,
    -Infinity,
  ]);
  expect(rounded("bfloat16", 2 ** 127, 2 ** -140)).toEqual([2 ** 127, 0]);
});
