import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderStorage, type Storage } from "./storage.ts";

let root: string;
let files: Storage;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "storage-"));
  files = folderStorage(root);
});
afterEach(() => rm(root, { recursive: true }));

const put = (key: string, text: string) => files.put(key, Readable.from([Buffer.from(text)]));
const read = async (...args: Parameters<Storage["read"]>) =>
  (await buffer(files.read(...args))).toString();

test("what was put can be read, whole and in part, listed and deleted", async () => {
  await put("a/b", "0123456789");
  expect(await read("a/b")).toBe("0123456789");
  expect(await read("a/b", { start: 2, end: 5 })).toBe("234");
  expect(await read("a/b", { start: 4, end: 4 })).toBe("");
  expect(await files.size("a/b")).toBe(10);
  expect(await files.list("a")).toEqual(["a/b"]);
  await files.delete("a/b");
  expect(await files.size("a/b")).toBeNull();
  expect(await files.list("a")).toEqual([]);
});

test("a source that breaks off leaves nothing, and what was there before stays", async () => {
  await put("a", "old");
  const broken = async function* () {
    yield Buffer.from("ne");
    throw new Error("the sender has gone");
  };
  await expect(files.put("a", broken())).rejects.toThrow("the sender has gone");
  expect(await read("a")).toBe("old");
  expect(await files.list("")).toEqual(["a"]);
});

test("sweeping removes the parts of processes that are no more, and no others", async () => {
  const part = (name: string) => join(root, ".parts", name);
  await mkdir(join(root, ".parts"));
  await writeFile(part(`${hostname()}~2147483646~x`), "left behind");
  await writeFile(part(`${hostname()}~${process.pid}~y`), "still being put");
  await writeFile(part("elsewhere~1~z"), "on another machine");
  await files.sweep();
  expect(await files.list(".parts")).toEqual(
    [`.parts/elsewhere~1~z`, `.parts/${hostname()}~${process.pid}~y`].sort(),
  );
});
