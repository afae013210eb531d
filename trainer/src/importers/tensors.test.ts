import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Packed, zipOf } from "../../fixtures/archives.ts";
import { fromFile } from "./read-at.ts";
import { holdsTensors, openTensors } from "./tensors.ts";
import { readMembers } from "./zip-directory.ts";
import { memberReader } from "./zip-members.ts";

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

const fixtures = fileURLToPath(new URL("../../fixtures/foreign-readers", import.meta.url));
const fixture = (path: string) => {
  const file = join(fixtures, path);
  return { path, file, bytes: statSync(file).size };
};

type Expected = {
  tensors: Record<string, { dtype: string; shape: number[]; data: number[] }>;
  values: Record<string, unknown>;
};
const expected: Record<string, Expected> = JSON.parse(
  readFileSync(join(fixtures, "expected.json"), "utf8"),
);

describe("as torch or numpy wrote it", () => {
  test.each(Object.entries(expected))("%s holds these numbers", (path, { tensors, values }) => {
    const file = fixture(path);
    expect(holdsTensors(file)).toBe(true);
    const found = openTensors(file);
    expect(Object.fromEntries(found.values)).toMatchObject(values);
    expect([...found.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
      const stored = found.tensors.get(name);
      expect(stored, name).toMatchObject({ dtype, shape });
      const read = stored?.read();
      expect(read?.shape, name).toEqual(shape);
      expect(read?.data, name).toEqual(Float32Array.from(data));
    }
  });
});

test.each([
  [
    "system.pt",
    "refused/system.pt: data.pkl: at byte 169: it names posix.system, which is refused",
  ],
  ["eval-legacy.pt", "eval-legacy.pt: at byte 139: it names __builtin__.eval, which is refused"],
  ["nested.pkl", "nested.pkl: at byte 13: it names builtins.getattr, which is refused"],
  ["protocol-0.pkl", "protocol-0.pkl: at byte 5: it names posix.system, which is refused"],
  ["tensor.pkl", "at byte 91: it names torch.storage._load_from_bytes, which is refused"],
  ["namespace.pkl", "at byte 37: it names types.SimpleNamespace, which is refused"],
  ["sparse.pt", "at byte 2: it names torch._utils._rebuild_sparse_tensor, which is refused"],
  ["complex.pt", "at byte 53: it names torch.ComplexFloatStorage, which is refused"],
  ["float8.pt", "it names torch.float8_e4m3fn, which is refused"],
  ["meta.pt", "it names torch._utils._rebuild_meta_tensor_no_storage, which is refused"],
  ["script.pt", "script.pt: a TorchScript program, which is not read"],
  ["object.npz", "object.npz: x.npy: dtype \"'|O'\", which is not read (expected numbers"],
  ["object-pickled.npy", "object-pickled.npy: dtype \"'|O'\", which is not read (expected numbers"],
  ["text.npz", "text.npz: x.npy: dtype \"'<U1'\", which is not read"],
  ["record.npz", "record.npz: x.npy: dtype \"[('a', '<f4'), ('b', '<i4')]\", which is not read"],
])("%s is refused, and nothing of it is run", (path, message) => {
  expect(() => openTensors(fixture(`refused/${path}`))).toThrow(message);
  expect(existsSync("/tmp/pickle-was-run")).toBe(false);
});

describe("a zip of torch's", () => {
  const whole = readFileSync(join(fixtures, "views.pt"));

  /** Its members, packed again after a change. */
  async function changed(change: (name: string, data: Buffer) => Packed[]) {
    const file = fixture("views.pt");
    const read = fromFile(file);
    const packed: Packed[] = [];
    for (const member of readMembers(read, file.bytes, "x").values()) {
      const data = Buffer.alloc(member.bytes);
      memberReader(read, member, "x")(data, 0);
      packed.push(...change(member.name, data));
    }
    return given("changed.pt", zipOf(packed));
  }

  test("from a machine that writes numbers the other way round is read", async () => {
    const file = await changed((name, data) => {
      if (name.endsWith("byteorder")) return [{ name, data: "big" }];
      return [{ name, data: /\/data\/\d+$/.test(name) ? data.swap32() : data }];
    });
    const { tensors } = openTensors(file);
    for (const [name, { data }] of Object.entries(expected["views.pt"]?.tensors ?? {}))
      expect(tensors.get(name)?.read().data, name).toEqual(Float32Array.from(data));
  });

  test.each<[string, (name: string, data: Buffer) => Packed[], string]>([
    [
      "a storage too short",
      (name, data) => [{ name, data: name.endsWith("data/0") ? data.subarray(4) : data }],
      'storage "0": data/0 has 92 bytes, expected 96',
    ],
    [
      "a storage missing",
      (name, data) => (name.endsWith("data/1") ? [] : [{ name, data }]),
      'storage "1": there is no member data/1',
    ],
    [
      "no byte order",
      (name, data) => [{ name, data: name.endsWith("byteorder") ? "middle" : data }],
      'changed.pt: byteorder: found "middle", expected little or big',
    ],
    [
      "a member twice",
      (name, data) => [
        { name, data },
        { name, data },
      ],
      'changed.pt: the zip is damaged: "views/data.pkl" stands in it twice',
    ],
  ])("with %s is refused", async (_what, change, message) => {
    const file = await changed(change);
    expect(() => openTensors(file)).toThrow(message);
  });

  test("whose bytes changed is found by its checksum", async () => {
    const bytes = Buffer.from(whole);
    const at = bytes.indexOf(Buffer.from(Float32Array.of(2.5).buffer));
    bytes.writeFloatLE(2.75, at);
    const { tensors } = openTensors(await given("bits.pt", bytes));
    expect(() => tensors.get("expanded")?.read()).toThrow("is damaged: its checksum is another");
  });

  test("is refused wherever it is cut off", async () => {
    for (let length = 40; length < whole.length; length += 41) {
      const file = await given("cut.pt", whole.subarray(0, length));
      expect(() => openTensors(file)).toThrow("cut.pt: the zip is damaged");
    }
  });

  test("whose members hold more than they say is stopped there", async () => {
    const bytes = zipOf([{ name: "x.npy", data: Buffer.alloc(1 << 20) }], 1000);
    const file = await given("bomb.npz", bytes);
    expect(() => openTensors(file)).toThrow(
      '"x.npy" is damaged: it unpacks to more than the 1000 bytes',
    );
    const large = zipOf([{ name: "x.npy", data: Buffer.alloc(1 << 20) }], 2 ** 31);
    const said = await given("said.npz", large);
    expect(() => openTensors(said)).toThrow('"x.npy" is said to have 2147483648 bytes in 10');
  });
});
