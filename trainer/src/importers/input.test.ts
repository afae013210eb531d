import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Packed, tarOf, zipOf } from "../../fixtures/archives.ts";
import { openInput } from "./input.ts";

let root: string;
let tmp_dir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "input-"));
  tmp_dir = join(root, "tmp");
  await mkdir(tmp_dir);
});
afterEach(() => rm(root, { recursive: true }));

const files: Packed[] = [
  { name: "layer_3/cfg.json", data: "{}" },
  { name: "layer_3/sae_weights.safetensors", data: Buffer.alloc(3000, 1) },
];
const litter: Packed[] = [
  { name: "__MACOSX/layer_3/._cfg.json", data: "x" },
  { name: ".cache/x", data: "" },
];

/** What `openInput` finds in a file of these bytes, as paths and sizes. */
async function open(bytes: Buffer, limit_bytes?: number): Promise<[string, number][]> {
  const path = join(root, "given");
  await writeFile(path, bytes);
  const input = await openInput(path, { tmp_dir, limit_bytes });
  const found = input.files.map(({ path, bytes }): [string, number] => [path, bytes]);
  for (const { file, bytes } of input.files) expect(await readFile(file)).toHaveLength(bytes);
  await input.close();
  return found;
}

const archives: [string, (files: Packed[]) => Promise<Buffer>][] = [
  ["tar", tarOf],
  ["tar.gz", async (files) => gzipSync(await tarOf(files))],
  ["zip", async (files) => zipOf(files)],
];

describe.each(archives)("a %s", (_kind, archive) => {
  afterEach(async () => expect(await readdir(tmp_dir)).toEqual([]));

  test("is its files, without what is hidden", async () => {
    const expected = [
      ["layer_3/cfg.json", 2],
      ["layer_3/sae_weights.safetensors", 3000],
    ];
    expect(await open(await archive([...files.toReversed(), ...litter]))).toEqual(expected);
  });

  test.each<[string, Packed[], string]>([
    ["a path out of it", [{ name: "../x", data: "" }], "given: "],
    ["an absolute path", [{ name: "/etc/x", data: "" }], "given: "],
    ["a name twice", [...files, files[0]], "twice"],
    ["deep folders", [{ name: `${"a/".repeat(17)}x`, data: "" }], "more than 16 folders within"],
    [
      "a long name",
      [{ name: `${`${"a".repeat(200)}/`.repeat(6)}x`, data: "" }],
      ": a name of 1207 characters",
    ],
    ["hidden files alone", litter, "given: the archive holds no files"],
    [
      "more than the limit",
      [{ name: "a", data: Buffer.alloc(9000) }],
      "unpacks to more than 8000 bytes",
    ],
  ])("with %s is refused", async (_what, files, message) => {
    const opened = open(await archive(files), 8000);
    await expect(opened).rejects.toThrow(
      expect.objectContaining({ name: "BundleError", message: expect.stringContaining(message) }),
    );
  });
});

test("links in archives are refused", async () => {
  const link = { type: "symlink" as const, linkname: "/etc/passwd" };
  const tar = await tarOf([{ name: "a", data: "", headers: link }]);
  await expect(open(tar)).rejects.toThrow("given: a: links are not accepted");
  const zip = zipOf([{ name: "a", data: "/etc/passwd", mode: 0o120777 }]);
  await expect(open(zip)).rejects.toThrow("given: a: links are not accepted");
});

test("a zip of torch's or numpy's is one file", async () => {
  const torch = zipOf([
    { name: "ae/data.pkl", data: "" },
    { name: "ae/data/0", data: "" },
  ]);
  expect(await open(torch)).toEqual([["given", torch.length]]);
  const npz = zipOf([{ name: "W_enc.npy", data: "" }]);
  expect(await open(npz)).toEqual([["given", npz.length]]);
  const both = zipOf([...files, { name: "sparsity.npy", data: "" }]);
  expect(await open(both)).toHaveLength(3);
});

test("the tars that torch wrote at first are refused, with what to do", async () => {
  const names = ["sys_info", "pickle", "storages", "tensors"];
  const tar = await tarOf(names.map((name) => ({ name, data: "x" })));
  await expect(open(tar)).rejects.toThrow("given: a tar as torch wrote it before 0.1.10");
});

test("a folder is its files; links are not followed, hidden files left out", async () => {
  const dir = join(root, "dir");
  await mkdir(join(dir, "b"), { recursive: true });
  await mkdir(join(dir, ".git"));
  await writeFile(join(dir, ".git", "x"), "");
  await symlink("/etc/passwd", join(dir, "link"));
  await expect(openInput(dir)).rejects.toThrow("it holds no files, but 1 links, which are not");
  await writeFile(join(dir, "b", "cfg.json"), "{}");
  await writeFile(join(dir, "a"), "123");
  const { name, files } = await openInput(dir);
  expect(name).toBe("dir");
  expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
    ["a", 3],
    ["b/cfg.json", 2],
  ]);
});

test("what a killed process had unpacked is removed by the next, what one works in is not", async () => {
  const killed = join(tmp_dir, "foreign-dictionary-killed");
  const hourAgo = new Date(Date.now() - 3_600_000);
  await mkdir(killed);
  await writeFile(join(killed, "lock.json"), JSON.stringify({ pid: 2 ** 30, started: "1" }));
  await utimes(killed, hourAgo, hourAgo);
  const path = join(root, "given");
  await writeFile(path, zipOf(files));
  const first = await openInput(path, { tmp_dir });
  const [dir] = await readdir(tmp_dir);
  expect(await readdir(tmp_dir)).toHaveLength(1);
  await utimes(join(tmp_dir, dir as string), hourAgo, hourAgo);
  const second = await openInput(path, { tmp_dir });
  expect(await readdir(tmp_dir)).toHaveLength(2);
  await Promise.all([first.close(), second.close()]);
});

test("what is not there is said", async () => {
  await expect(openInput(join(root, "nowhere"))).rejects.toThrow("no such file or folder");
});
