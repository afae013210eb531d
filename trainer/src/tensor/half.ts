/** out[i] = the IEEE half-precision number with the bits bits[i]. */
export function float16ToFloat32(out: Float32Array, bits: Uint16Array): void {
  table ??= float16Table();
  for (let i = 0; i < bits.length; i++) out[i] = table[bits[i]];
}

/** out[i] = the bfloat16 number with the bits bits[i]: the upper half of a float32. */
export function bfloat16ToFloat32(out: Float32Array, bits: Uint16Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
}

const SIGN = 0x8000;
const INFINITY = 0x7f800000;

/** bits[i] = x[i] as bfloat16: to nearest, ties to even; NaN stays NaN. */
export function float32ToBfloat16(bits: Uint16Array, x: Float32Array): void {
  const words = new Uint32Array(x.buffer, x.byteOffset, x.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const noNumber = (word & 0x7fffffff) > INFINITY;
    bits[i] = noNumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
}

/**
 * bits[i] = x[i] as half precision: to nearest, ties to even; NaN stays NaN, and what is 65520 or more becomes Infinity.
 * After Giesen's float_to_half_fast3_rtne: below 2⁻¹⁴ the sum with 0.5 has its last bit where a subnormal half has it,
 * and adding rounds.
 */
export function float32ToFloat16(bits: Uint16Array, x: Float32Array): void {
  const words = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const sum = new Float32Array(1);
  const sumBits = new Uint32Array(sum.buffer);
  for (let i = 0; i < words.length; i++) {
    const sign = (words[i] >>> 16) & SIGN;
    const size = words[i] & 0x7fffffff;
    let half: number;
    if (size >= 0x47800000) half = size > INFINITY ? 0x7e00 : 0x7c00;
    else if (size < 0x38800000) {
      sum[0] = Math.abs(x[i]) + 0.5;
      half = sumBits[0] - 0x3f000000;
    } else half = (size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13;
    bits[i] = sign | half;
  }
}

let table: Float32Array | undefined;

/** All 65,536 halves: (−1)^sign · 2^(exponent − 15) · (1 + mantissa / 1024), subnormal below 2⁻¹⁴. */
function float16Table(): Float32Array {
  const values = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const mantissa = bits & 1023;
    let value = (1 + mantissa / 1024) * 2 ** (exponent - 15);
    if (exponent === 0) value = mantissa * 2 ** -24;
    if (exponent === 31) value = mantissa === 0 ? Infinity : NaN;
    values[bits] = bits >> 15 ? -value : value;
  }
  return values;
}
