import { createHash } from "node:crypto";

const HEAD_BYTES = 2 ** 16;

/**
 * Whether a document is kept from training: the first 48 bits of the sha256 of its first 65,536
 * bytes (UTF-8), read as a fraction, lie below `fraction`. So a document falls to the same side
 * whatever the seed, its file or its neighbours, and all copies of it do.
 */
export function isHeldOut(text: string, fraction: number): boolean {
  const head = Buffer.from(text.slice(0, HEAD_BYTES + 1)).subarray(0, HEAD_BYTES);
  return createHash("sha256").update(head).digest().readUIntBE(0, 6) < fraction * 2 ** 48;
}
