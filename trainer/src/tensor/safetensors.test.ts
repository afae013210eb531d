import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import { readSafetensors, type StoredArray, writeSafetensors } from "./safetensors.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "safetensors-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const f32 = (shape: number[], ...values: number[]): StoredArray => ({
  shape,
  data: Float32Array.from(values),
});

/** A file with the given header text and bytes after it. */
function fileOf(header: unknown, bytes: Uint8Array = new Uint8Array(0)): string {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  const path = join(dir, "made.safetensors");
  writeFileSync(path, Buffer.concat([length, text, bytes]));
  return path;
}

const entry = (dtype: string, shape: number[], ...data_offsets: number[]) => ({
  dtype,
  shape,
  data_offsets,
});

describe("what was written is read back", () => {
  test("with names, shapes, dtypes, numbers and metadata", () => {
    const path = join(dir, "round.safetensors");
    const steps = { shape: [2], data: BigInt64Array.of(-1n, 2n ** 60n) };
    const seen = { shape: [1, 3], data: Int32Array.of(-5, 0, 7) };
    writeSafetensors(
      path,
      { b: f32([2, 2], 1, -2.5, 0, 3e38), a: f32([], 4), none: f32([0, 3]), seen, steps },
      { format: "pt" },
    );
    const file = readSafetensors(path);
    expect(file.names).toEqual(["steps", "a", "b", "none", "seen"]);
    expect(file.metadata).toEqual({ format: "pt" });
    expect(file.info("b")).toEqual({ dtype: "F32", shape: [2, 2] });
    expect(file.tensor("b")).toEqual(f32([2, 2], 1, -2.5, 0, 3e38));
    expect(file.tensor("none")).toEqual(f32([0, 3]));
    expect(file.array("seen")).toEqual(seen);
    expect(file.array("steps")).toEqual(steps);
    file.close();
  });

  test("and the same numbers give the same bytes, in whatever order they came", () => {
    const [one, two] = [join(dir, "one"), join(dir, "two")];
    writeSafetensors(one, { x: f32([1], 1), y: f32([1], 2) }, { k: "1", j: "2" });
    writeSafetensors(two, { y: f32([1], 2), x: f32([1], 1) }, { j: "2", k: "1" });
    expect(readFileSync(one)).toEqual(readFileSync(two));
  });

  test("and numbers that come block by block give the bytes that they have at once", () => {
    const [one, two] = [join(dir, "whole"), join(dir, "streamed")];
    writeSafetensors(one, { x: f32([2, 2], 1, 2, 3, 4), y: f32([1], 5) });
    const block = new Float32Array(2);
    function* blocks() {
      for (const values of [
        [1, 2],
        [3, 4],
      ]) {
        block.set(values);
        yield block;
      }
    }
    writeSafetensors(two, { x: { shape: [2, 2], blocks }, y: f32([1], 5) });
    expect(readFileSync(two)).toEqual(readFileSync(one));
    const short = { shape: [2, 3], blocks };
    expect(() => writeSafetensors(two, { x: short })).toThrow("of shape [2,3], 2 numbers were not");
    expect(readFileSync(two)).toEqual(readFileSync(one));
  });

  test("a failed write leaves what was there and nothing partial", () => {
    const path = mkdtempSync(join(dir, "taken-"));
    expect(() => writeSafetensors(path, { x: f32([1], 1) })).toThrow();
    expect(readdirSync(dir).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

test("halves are widened exactly, subnormal, infinite and not-a-number ones too", () => {
  const bits = Uint16Array.of(
    0x3c00,
    0xc000,
    0x0001,
    0x03ff,
    0x7bff,
    0x7c00,
    0xfc00,
    0x7e00,
    0x8000,
  );
  const path = fileOf({ h: entry("F16", [9], 0, 18) }, new Uint8Array(bits.buffer));
  expect([...readSafetensors(path).tensor("h").data]).toEqual([
    1,
    -2,
    2 ** -24,
    1023 * 2 ** -24,
    65504,
    Infinity,
    -Infinity,
    NaN,
    -0,
  ]);
});

test("bfloat16 is the upper half of a float32", () => {
  const bits = Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001);
  const path = fileOf({ b: entry("BF16", [2, 2], 0, 8) }, new Uint8Array(bits.buffer));
  expect([...readSafetensors(path).tensor("b").data]).toEqual([1, -3.140625, Infinity, 2 ** -133]);
});

describe("refuses, naming the file and the fault,", () => {
  const eight = new Uint8Array(8);
  const refusals: [string, unknown, Uint8Array, string][] = [
    ["a header that is not JSON", "{", eight, "not JSON"],
    ["a header that is not an object", "[1]", eight, "not a JSON object"],
    [
      "a name that stands twice",
      '{"x" \n :{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      eight,
      '"x" twice',
    ],
    ["an unknown dtype", { x: entry("F7", [2], 0, 8) }, eight, 'tensor "x" has dtype "F7"'],
    ["a dtype that is a name of Object's", { x: entry("toString", [2], 0, 8) }, eight, "has dtype"],
    ["a negative size", { x: entry("F32", [-2], 0, 8) }, eight, "has shape [-2]"],
    ["a size that is not whole", { x: entry("F32", [0.5, 4], 0, 8) }, eight, "has shape"],
    [
      "a product that overflows",
      { x: entry("F32", [2 ** 40, 2 ** 40], 0, 8) },
      eight,
      "no file can",
    ],
    ["bytes beyond the end", { x: entry("F32", [3], 0, 12) }, eight, "the file holds 8 bytes"],
    ["an end before the beginning", { x: entry("F32", [1], 8, 4) }, eight, "lies at bytes [8, 4)"],
    [
      "a size that is not the shape's",
      { x: entry("F32", [1], 0, 8) },
      eight,
      "takes 8 bytes (expected 4",
    ],
    ["an overlap", { x: entry("F32", [2], 0, 8), y: entry("F32", [1], 4, 8) }, eight, "no overlap"],
    ["a gap", { x: entry("F32", [1], 4, 8) }, eight, "no gap"],
    ["bytes of no tensor", { x: entry("F32", [1], 0, 4) }, eight, "belong to no tensor"],
    ["metadata that is not text", { __metadata__: { a: 1 } }, new Uint8Array(0), "__metadata__"],
  ];
  test.each(refusals)("%s", (_, header, bytes, message) => {
    const path = fileOf(header, bytes);
    expect(() => readSafetensors(path)).toThrow(BundleError);
    expect(() => readSafetensors(path)).toThrow(message);
    expect(() => readSafetensors(path)).toThrow(path);
  });

  test("a header said to be longer than the file", () => {
    const path = join(dir, "long");
    writeFileSync(path, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123, 125]));
    expect(() => readSafetensors(path)).toThrow("the header is said to be");
  });

  test("a file of fewer than 8 bytes", () => {
    const path = join(dir, "short");
    writeFileSync(path, "abc");
    expect(() => readSafetensors(path)).toThrow("3 bytes are too few");
  });

  test("a tensor that is not there, and one that is not of floats", () => {
    const file = readSafetensors(fileOf({ n: entry("I64", [1], 0, 8) }, eight));
    expect(() => file.tensor("m")).toThrow('no tensor "m"');
    expect(() => file.tensor("n")).toThrow('"n" has dtype I64 (expected F32, F16, BF16)');
  });
});
