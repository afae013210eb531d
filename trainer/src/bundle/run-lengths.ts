/**
 * n whole numbers of `width` bits each, from Parquet's hybrid of repeated and bit-packed runs. A run
 * may state any length: no more than n numbers are made, and no byte is read that is not there.
 */
export function decodeRuns(bytes: Uint8Array, width: number, n: number): Int32Array {
  if (!(width <= 24)) throw new Error(`values of ${width} bits, expected at most 24`);
  const out = new Int32Array(n);
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw new Error("levels or indices end too early");
    return bytes[at++];
  };
  for (let i = 0; i < n; ) {
    const header = readLength(byte);
    const count = Math.floor(header / 2);
    if (count === 0) throw new Error("an empty run");
    if (header % 2 === 0) {
      let value = 0;
      for (let bit = 0; bit < width; bit += 8) value |= byte() << bit;
      const end = Math.min(n, i + count);
      out.fill(value, i, end);
      i = end;
    } else {
      // `count` groups of 8 numbers, lowest bits first; the last may reach beyond n
      const runEnd = at + count * width;
      const end = Math.min(n, i + 8 * count);
      let bits = 0;
      let held = 0;
      for (; i < end; i++) {
        for (; held < width; held += 8) bits |= byte() << held;
        out[i] = bits & ((1 << width) - 1);
        bits >>>= width;
        held -= width;
      }
      at = runEnd;
    }
  }
  return out;
}

/** An unsigned LEB128 number of at most 32 bits. */
function readLength(byte: () => number): number {
  let value = 0;
  for (let shift = 0; shift <= 28; shift += 7) {
    const next = byte();
    value += (next & 0x7f) * 2 ** shift;
    if (next < 0x80) return value;
  }
  throw new Error("a run's length of more than 5 bytes");
}
