import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unzstd } from "./zstd.ts";

const fixture = join(import.meta.dirname, "../../../fixtures/corpus/documents.jsonl");
const packed = readFileSync(`${fixture}.zst`);

async function unpack(bytes: Uint8Array, blockSize: number): Promise<Buffer> {
  async function* blocks() {
    for (let at = 0; at < bytes.length; at += blockSize) yield bytes.subarray(at, at + blockSize);
  }
  const all: Uint8Array[] = [];
  for await (const block of unzstd(blocks())) all.push(block);
  return Buffer.concat(all);
}

test.each([1, 7, 1000, 1 << 20])(
  "frames with and without checksum are unpacked, %d bytes at a time",
  async (blockSize) => {
    expect((await unpack(packed, blockSize)).equals(readFileSync(fixture))).toBe(true);
  },
);

test("a file that was cut off is refused, except between two frames", async () => {
  const whole: number[] = [];
  for (let length = 1; length < packed.length; length += 3)
    await unpack(packed.subarray(0, length), 1 << 20).then(
      () => whole.push(length),
      (error) => expect(error.message).toBe("unexpected end of file"),
    );
  expect(whole.length).toBeLessThanOrEqual(2);
});

const magic = "28b52ffd";

test.each([
  ["a window of 2 GiB", `${magic}00a8 010000`, "a window of 2147483648 bytes"],
  ["a content of 1 TiB at once", `${magic}e0 0000000000010000 010000`, "a window of 1099511627776"],
  ["a dictionary", `${magic}01 58 07 010000`, "packed with a dictionary"],
  ["a block of 2 MiB", `${magic}0058 faffff 00`, "a block of 2097151 bytes"],
  ["a reserved bit", `${magic}0858 010000 000000 000000 0000`, "invalid zstd data"],
])("%s is refused", async (_, hex, message) => {
  await expect(unpack(Buffer.from(hex.replaceAll(" ", ""), "hex"), 100)).rejects.toThrow(message);
});

test("an empty file is empty", async () => {
  expect(await unpack(Buffer.alloc(0), 10)).toHaveLength(0);
  const emptyFrame = Buffer.from(`${magic}2000010000`, "hex");
  expect(await unpack(emptyFrame, 10)).toHaveLength(0);
});
