import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdsTensors, openTensors } from "./tensors.ts";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tensors-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** A safetensors file of one tensor x. */
async function safetensors(dtype: string, shape: number[], bytes: Uint8Array) {
  const x = { dtype, shape, data_offsets: [0, bytes.length] };
  const header = Buffer.from(JSON.stringify({ __metadata__: { format: "pt" }, x }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  return given("x.safetensors", Buffer.concat([length, header, bytes]));
}

async function given(path: string, bytes: Buffer) {
  const file = join(dir, path);
  await writeFile(file, bytes);
  return { path, file, bytes: bytes.length };
}

const values = [1, -2, 0.5, 3];
const integers = [1, -2, 0, 3];
const cases: [string, ArrayBufferView, number[]][] = [
  ["F32", Float32Array.from(values), values],
  ["F64", Float64Array.of(1, -2, 0.1, 3), [1, -2, Math.fround(0.1), 3]],
  ["F16", Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x4200), values],
  ["BF16", Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x4040), values],
  ["I8", Int8Array.from(integers), integers],
  ["I16", Int16Array.from(integers), integers],
  ["I32", Int32Array.from(integers), integers],
  ["I64", BigInt64Array.from([1n, -2n, 0n, 3n]), integers],
  ["U8", Uint8Array.of(1, 2, 0, 255), [1, 2, 0, 255]],
  ["BOOL", Uint8Array.of(1, 0, 0, 1), [1, 0, 0, 1]],
];

test.each(cases)("safetensors: %s becomes float32", async (dtype, { buffer }, expected) => {
  const file = await safetensors(dtype, [2, 2], new Uint8Array(buffer as ArrayBuffer));
  expect(holdsTensors(file)).toBe(true);
  const { tensors, values } = openTensors(file);
  const x = tensors.get("x");
  expect(x).toMatchObject({ dtype, shape: [2, 2] });
  expect([...(x?.read().data ?? [])]).toEqual(expected);
  expect(values).toEqual(new Map([["__metadata__.format", "pt"]]));
});

test("a dtype of which float32 cannot be made is listed, but not read", async () => {
  const file = await safetensors("F8_E4M3", [2], new Uint8Array(2));
  const x = openTensors(file).tensors.get("x");
  expect(x?.dtype).toBe("F8_E4M3");
  expect(() => x?.read()).toThrow('x.safetensors: tensor "x" has dtype F8_E4M3, which is not read');
});

test("what is no file of tensors is refused by name", async () => {
  const file = await given("notes.txt", Buffer.from("hello"));
  expect(holdsTensors(file)).toBe(false);
  expect(() => openTensors(file)).toThrow("notes.txt: no file of tensors by its first bytes");
});
