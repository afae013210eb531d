import "server-only";

/** What array_send makes of an int4[]: 20 bytes of its shape, then for each number its length and itself. */
export function readInts(bytes: Buffer): number[] {
  return Array.from({ length: Math.max(0, bytes.length - 20) / 8 }, (_, i) =>
    bytes.readInt32BE(24 + 8 * i),
  );
}
