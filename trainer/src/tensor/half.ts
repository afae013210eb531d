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
