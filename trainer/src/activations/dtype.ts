import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from "../tensor/half.ts";

/** What numbers are kept as, little endian. */
export const dtypes = ["float32", "float16", "bfloat16"] as const;
export type Dtype = (typeof dtypes)[number];

export const extensions = { float32: "f32", float16: "f16", bfloat16: "bf16" } as const;
export const bytesPerNumber = { float32: 4, float16: 2, bfloat16: 2 } as const;

const halves = {
  float16: { narrow: float32ToFloat16, widen: float16ToFloat32 },
  bfloat16: { narrow: float32ToBfloat16, widen: bfloat16ToFloat32 },
} as const;

/** The bytes that x is kept as; float32 is not copied. */
export function toBytes(x: Float32Array, dtype: Dtype): Uint8Array {
  if (dtype === "float32") return new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  const bits = new Uint16Array(x.length);
  halves[dtype].narrow(bits, x);
  return new Uint8Array(bits.buffer);
}

/** The numbers in bytes that were just read, which nothing else refers to. */
export function fromBytes(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const { buffer, byteOffset } = bytes;
  const n = bytes.length / bytesPerNumber[dtype];
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, n);
  const x = new Float32Array(n);
  halves[dtype].widen(x, new Uint16Array(buffer, byteOffset, n));
  return x;
}
