import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { BundleError } from "../bundle/errors.ts";
import { itemBytes, readExactly, readHeader } from "../bundle/safetensors-header.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "../tensor/half.ts";

const BLOCK_BYTES = 1 << 22;

/** The dtypes that weights may have. */
export type FloatType = "F32" | "F16" | "BF16";

/**
 * Reads a safetensors file once, block by block: its sha256, and that each number of the `checked` tensors is
 * finite. `onBytes` is told how much was read, and may throw to stop it.
 */
export async function checkNumbers(
  path: string,
  checked: Set<string>,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const words = new Int32Array(BLOCK_BYTES / 4);
  const fd = openSync(path, "r");
  /** The file's next bytes as words of 4, filled up with zeros. */
  const read = async (at: number, bytes: number) => {
    const whole = words.subarray(0, Math.ceil(bytes / 4));
    whole.fill(0, -1);
    const block = new Uint8Array(words.buffer, 0, bytes);
    readExactly(fd, path, block, at);
    hash.update(block);
    onBytes(bytes);
    await setImmediate();
    return whole;
  };
  try {
    const { header, start } = readHeader(fd, path);
    for (const [at, bytes] of blocks(0, start)) await read(at, bytes);
    const inOrder = [...header.entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
    for (const [name, { dtype, begin, end }] of inOrder)
      for (const [at, bytes] of blocks(begin, end)) {
        const block = await read(start + at, bytes);
        if (!checked.has(name) || areFinite(block, dtype as FloatType)) continue;
        const values = toFloat32(block, dtype as FloatType);
        const bad = values.findIndex((value) => !Number.isFinite(value));
        const index = (at - begin) / itemBytes[dtype] + bad;
        throw new BundleError(
          `${path}: tensor ${name} holds ${values[bad]} at index ${index} (expected finite numbers)`,
        );
      }
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}

const exponents = {
  F32: { bits: 0x7f800000, one: 0x00800000 },
  F16: { bits: 0x7c007c00, one: 0x04000400 },
  BF16: { bits: 0x7f807f80, one: 0x00800080 },
};
const SIGNS = 0x80008000;

/**
 * A number is infinite or none when all bits of its exponent are set: then, and only then, one more in the exponent
 * reaches the sign. A word is one number, or two halves.
 */
export function areFinite(words: Int32Array, dtype: FloatType): boolean {
  const { bits, one } = exponents[dtype];
  let reached = 0;
  for (let i = 0; i < words.length; i++) reached |= (words[i] & bits) + one;
  return (reached & SIGNS) === 0;
}

function toFloat32(words: Int32Array, dtype: FloatType): Float32Array {
  if (dtype === "F32") return new Float32Array(words.buffer, 0, words.length);
  const values = new Float32Array(2 * words.length);
  const widen = dtype === "F16" ? float16ToFloat32 : bfloat16ToFloat32;
  widen(values, new Uint16Array(words.buffer, 0, values.length));
  return values;
}

function* blocks(begin: number, end: number): Generator<[at: number, bytes: number]> {
  for (let at = begin; at < end; at += BLOCK_BYTES) yield [at, Math.min(BLOCK_BYTES, end - at)];
}
