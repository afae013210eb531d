import { closeSync, openSync } from "node:fs";
import { basename } from "node:path";
import { BundleError } from "./errors.ts";
import { readExactly, readHeader } from "./safetensors-header.ts";

const BLOCK_NUMBERS = 1 << 20;

/**
 * Checks that a safetensors file holds the named float32 tensors, each of its shape, nothing else,
 * and only finite numbers. Reads it in blocks.
 */
export function checkTensors(path: string, shapes: Record<string, number[]>): void {
  const name = basename(path);
  const fd = openSync(path, "r");
  try {
    const { header, start } = readHeader(fd, name);
    for (const found of header.entries.keys())
      if (!Object.hasOwn(shapes, found))
        throw new BundleError(
          `${name}: tensor ${found}: unknown (expected ${Object.keys(shapes).join(", ")})`,
        );
    for (const [tensor, shape] of Object.entries(shapes)) {
      const entry = header.entries.get(tensor);
      if (!entry) throw new BundleError(`${name}: tensor ${tensor}: missing`);
      if (entry.dtype !== "F32" || entry.shape.join() !== shape.join())
        throw new BundleError(
          `${name}: tensor ${tensor}: found ${entry.dtype} [${entry.shape.join(", ")}], expected F32 [${shape.join(", ")}]`,
        );
      const at = findNonFinite(fd, name, start + entry.begin, (entry.end - entry.begin) / 4);
      if (at >= 0) throw new BundleError(`${name}: tensor ${tensor}: number ${at} is not finite`);
    }
  } finally {
    closeSync(fd);
  }
}

/** The place of the first NaN or infinity among n float32 numbers, or -1. */
function findNonFinite(fd: number, name: string, position: number, n: number): number {
  const block = new Float32Array(Math.min(n, BLOCK_NUMBERS));
  for (let at = 0; at < n; at += BLOCK_NUMBERS) {
    const numbers = block.subarray(0, Math.min(BLOCK_NUMBERS, n - at));
    readExactly(fd, name, new Uint8Array(numbers.buffer, 0, numbers.byteLength), position + 4 * at);
    const found = numbers.findIndex((x) => !Number.isFinite(x));
    if (found >= 0) return at + found;
  }
  return -1;
}
