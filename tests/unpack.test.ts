import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unpackBundle } from "../server/ingest/unpack.ts";
import { type Packed, sourceOf, tarOf, zipOf } from "../trainer/fixtures/archives.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "unpack-"));
});
afterEach(() => rm(root, { recursive: true }));

const contents = {
  "cfg.json": '{"a": 1}',
  "features.parquet": Buffer.alloc(5000, "parquet"),
  "training.jsonl": "",
};

/** The files of a bundle as far as unpacking looks at them; the manifest is what it goes by. */
function bundle(folder = ""): Packed[] {
  const files = Object.entries(contents).map(([name, data]) => [name, { bytes: data.length }]);
  const manifest = JSON.stringify({ files: Object.fromEntries(files) });
  return [
    { name: `${folder}manifest.json`, data: manifest },
    ...Object.entries(contents).map(([name, data]) => ({ name: `${folder}${name}`, data })),
  ];
}

const [manifest, cfg, features, training] = bundle() as [Packed, Packed, Packed, Packed];

const archives: [string, (files: Packed[]) => Promise<Buffer>][] = [
  ["tar", tarOf],
  ["tar.gz", async (files) => gzipSync(await tarOf(files))],
  ["zip", async (files) => zipOf(files)],
];

const unpack = (bytes: Buffer, limit = 1_000_000) =>
  unpackBundle(sourceOf(bytes), join(root, "bundle"), {
    limit,
    report: () => {},
    signal: new AbortController().signal,
  });

describe.each(archives)("a %s", (_kind, archive) => {
  test.each([
    ["at its top", bundle()],
    ["in one folder", bundle("res1-2x/")],
    ["with ./ before their names", bundle("./")],
    ["with the manifest last", [cfg, features, training, manifest]],
    [
      "beside what file managers leave",
      [...bundle("b/"), { name: "b/._cfg.json", data: "x" }, { name: "__MACOSX/b/._a", data: "x" }],
    ],
  ])("is unpacked with its files %s", async (_where, files) => {
    await unpack(await archive(files));
    expect((await readdir(join(root, "bundle"))).sort()).toEqual(
      ["manifest.json", ...Object.keys(contents)].sort(),
    );
    for (const [name, data] of Object.entries(contents))
      expect(await readFile(join(root, "bundle", name))).toEqual(Buffer.from(data));
  });

  test.each<[string, Packed[], RegExp]>([
    ["an unknown file", [...bundle(), { name: "run.sh", data: "" }], /^run\.sh: not a file of a/],
    [
      "a file named as part of an object",
      [{ name: "toString", data: "" }],
      /^toString: not a file/,
    ],
    [
      "files in two folders",
      [manifest, { ...cfg, name: "b/cfg.json" }],
      /expected all files in one/,
    ],
    ["the same file twice", [manifest, cfg, cfg], /^cfg\.json: twice in the archive/],
    [
      "a file that is too long",
      [manifest, { ...cfg, data: "0123456789" }],
      /10 bytes, expected 8 by/,
    ],
    ["a file that is too short", [{ ...cfg, data: "" }, manifest], /0 bytes, expected 8 by/],
    [
      "a file that the manifest does not name",
      [manifest, { name: "evaluation.json", data: "{}" }],
      /^evaluation\.json: not named in manifest\.json/,
    ],
    [
      "a manifest that is no manifest",
      [{ ...manifest, data: "[]" }],
      /^manifest\.json: cannot be read/,
    ],
    ["no manifest", [cfg], /^manifest\.json: missing/],
    ["nothing", [], /./],
  ])("with %s is refused", async (_what, files, reason) => {
    await expect(archive(files).then((bytes) => unpack(bytes))).rejects.toThrow(
      expect.objectContaining({ name: "BundleError", message: expect.stringMatching(reason) }),
    );
  });

  test.each(["../cfg.json", "/etc/cfg.json", "a/../../cfg.json"])(
    "does not write to %s",
    async (name) => {
      const bytes = await archive([manifest, { ...cfg, name }]);
      await expect(unpack(bytes)).rejects.toThrow(expect.objectContaining({ name: "BundleError" }));
      expect(await readdir(root)).toEqual(["bundle"]);
    },
  );

  test("is refused at whatever byte it was cut off", async () => {
    const whole = await archive(bundle());
    for (let length = 1; length < whole.length - 1024; length += 97) {
      await rm(join(root, "bundle"), { recursive: true, force: true });
      await expect(unpack(whole.subarray(0, length))).rejects.toThrow(
        expect.objectContaining({ name: "BundleError" }),
      );
    }
  });

  test("that unpacks to more than the limit is stopped there", async () => {
    const bomb = Buffer.alloc(50_000_000);
    const stated = JSON.stringify({ files: { "cfg.json": { bytes: bomb.length } } });
    const bytes = await archive([
      { name: "manifest.json", data: stated },
      { name: "cfg.json", data: bomb },
    ]);
    await expect(unpack(bytes)).rejects.toThrow("unpacks to more than 1000000 bytes");
    expect(await readdir(join(root, "bundle"))).toEqual(["manifest.json"]);
  });
});

test.each(["symlink", "link", "fifo", "character-device"] as const)(
  "a tar with a %s is refused",
  async (type) => {
    const bytes = await tarOf([manifest, { ...cfg, headers: { type, linkname: "/etc/passwd" } }]);
    await expect(unpack(bytes)).rejects.toThrow("cfg.json: links are not accepted");
  },
);

test("a zip with a symbolic link is refused", async () => {
  const bytes = zipOf([manifest, { ...cfg, data: "/etc/passwd", mode: 0o120777 }]);
  await expect(unpack(bytes)).rejects.toThrow("cfg.json: links are not accepted");
});

test("a zip whose file is longer than its header says is refused", async () => {
  const bytes = zipOf([{ ...manifest, data: Buffer.alloc(100_000) }], 10);
  await expect(unpack(bytes)).rejects.toThrow(expect.objectContaining({ name: "BundleError" }));
});

test("a gzip of many small files is stopped at the limit too", async () => {
  const litter = Array.from({ length: 30 }, () => ({ name: "._x", data: Buffer.alloc(100_000) }));
  await expect(unpack(gzipSync(await tarOf(litter)))).rejects.toThrow(
    "unpacks to more than 1000000 bytes",
  );
});

test("a tar header that announces a name of a gigabyte is refused before it is read", async () => {
  const bytes = await tarOf([{ name: "x", data: "" }]);
  bytes.write("L", 156);
  bytes.write("10000000000\0", 124);
  bytes.write("        ", 148);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  await expect(unpack(bytes)).rejects.toThrow("tar: a header of 1073741824 bytes");
});

test("a long name in a pax header is understood", async () => {
  const folder = `${"long".repeat(40)}/`;
  await unpack(await tarOf(bundle(folder)));
  expect(await readdir(join(root, "bundle"))).toHaveLength(4);
});

test("what is no archive is refused", async () => {
  await expect(unpack(Buffer.from("hello"))).rejects.toThrow("neither a tar, a tar.gz nor a zip");
  await expect(unpack(Buffer.alloc(5000))).rejects.toThrow("neither a tar, a tar.gz nor a zip");
});
