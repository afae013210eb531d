import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { zipFile } from "./zip.ts";

test("an empty block does not change a file's checksum", () => {
  const content = Buffer.from("numbers");
  const empty = new Float32Array(0);
  const file = {
    name: "a.npy",
    bytes: content.length,
    *blocks() {
      yield content.subarray(0, 3);
      yield new Uint8Array(empty.buffer);
      yield content.subarray(3);
    },
  };
  const zip = Buffer.concat([...zipFile("a.npz", [file]).blocks()]);
  const descriptor = zip.subarray(zip.indexOf(content) + content.length);
  expect(descriptor.readUInt32LE(4)).toBe(crc32(content));
});
