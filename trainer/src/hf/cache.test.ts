import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { readRef, repoFolder, showBlob, writeRef } from "./cache.ts";

// a file system without symbolic links, as Windows has for most users
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  symlink: async () => {
    throw Object.assign(new Error("not permitted"), { code: "EPERM" });
  },
}));

const cache = mkdtempSync(join(tmpdir(), "cache-"));
afterAll(() => rmSync(cache, { recursive: true }));

test("where there are no links, a new blob becomes the file and an old one is copied", async () => {
  const blob = join(cache, "blob");
  writeFileSync(blob, "bytes");
  const [first, second] = [join(cache, "a/first"), join(cache, "b/second")];
  await showBlob(blob, first, false);
  await showBlob(blob, second, true);
  for (const path of [first, second]) {
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("bytes");
  }
  expect(() => lstatSync(blob)).toThrow("ENOENT");
});

test("a revision with slashes is a file in folders, as git has it", async () => {
  const folder = repoFolder({ cache } as never, { type: "model", id: "a/b", revision: "main" });
  const commit = "0123456789abcdef0123456789abcdef01234567";
  await writeRef(folder, "refs/pr/1", commit);
  expect(readFileSync(join(cache, "models--a--b/refs/refs/pr/1"), "utf8")).toBe(commit);
  expect(await readRef(folder, "refs/pr/1")).toBe(commit);
  expect(await readRef(folder, "main")).toBe(null);
});
