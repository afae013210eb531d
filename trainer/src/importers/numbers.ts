import { itemBytes } from "../bundle/safetensors-header.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "../tensor/half.ts";
import type { ReadAt } from "./read-at.ts";

/** How numbers are stored; the names are those of safetensors. */
export type Dtype = keyof typeof itemBytes;

/** Those of which float32 can be made. */
export type NumberDtype = Exclude<Dtype, "F8_E5M2" | "F8_E4M3">;

export function isNumberDtype(dtype: Dtype): dtype is NumberDtype {
  return !dtype.startsWith("F8_");
}

const BLOCK_BYTES = 1 << 22;

/**
 * `count` numbers that begin at byte `offset`, as float32: what is wider is rounded to the nearest. Read block by
 * block, so that they are never in memory twice.
 */
export function readNumbers(
  read: ReadAt,
  dtype: NumberDtype,
  { offset, count, isBigEndian = false }: { offset: number; count: number; isBigEndian?: boolean },
): Float32Array {
  const out = new Float32Array(count);
  const width = itemBytes[dtype];
  const block = new Uint8Array(Math.min(BLOCK_BYTES, count * width));
  for (let done = 0; done < count; ) {
    const now = Math.min(block.length / width, count - done);
    const bytes = block.subarray(0, now * width);
    read(bytes, offset + done * width);
    if (isBigEndian) turnEach(bytes, width);
    toFloat32(out.subarray(done, done + now), bytes, dtype);
    done += now;
  }
  return out;
}

/** Each number's bytes the other way round. */
function turnEach(bytes: Uint8Array, width: number): void {
  if (width === 1) return;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

function toFloat32(out: Float32Array, bytes: Uint8Array<ArrayBuffer>, dtype: NumberDtype): void {
  const { buffer } = bytes; // a block begins where its buffer does
  const n = out.length;
  if (dtype === "F16") float16ToFloat32(out, new Uint16Array(buffer, 0, n));
  else if (dtype === "BF16") bfloat16ToFloat32(out, new Uint16Array(buffer, 0, n));
  else if (dtype === "I64" || dtype === "U64") {
    const wide = new (dtype === "I64" ? BigInt64Array : BigUint64Array)(buffer, 0, n);
    for (let i = 0; i < n; i++) out[i] = Number(wide[i]);
  } else out.set(new arrays[dtype](buffer, 0, n));
}

const arrays = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
};
