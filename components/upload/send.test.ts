import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hashBlob, type Sending } from "./send.ts";

test("the hash is sha256 of the whole, and progress grows up to it", async () => {
  const bytes = new Uint8Array(9 * 2 ** 20).map((_, i) => i * 31);
  const seen: Sending[] = [];
  const hash = await hashBlob(new Blob([bytes]), {
    signal: new AbortController().signal,
    onProgress: (progress) => seen.push(progress),
  });
  expect(hash).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.every(({ done, total }) => done <= total && total === bytes.length)).toBe(true);
});

test("hashing stops when it is cancelled", async () => {
  const signal = AbortSignal.abort(new Error("cancelled"));
  const hashing = hashBlob(new Blob(["x"]), { signal, onProgress: () => {} });
  await expect(hashing).rejects.toThrow("cancelled");
});
