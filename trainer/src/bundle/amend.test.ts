import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import { amendBundle, recoverBundle } from "./amend.ts";
import { verifyBundle } from "./verify.ts";

const folder = await mkdtemp(join(tmpdir(), "amend-"));
afterAll(() => rm(folder, { recursive: true }));
const dir = join(folder, "bundle");
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await writeTinyBundle(dir);
});

const seedOf = async (bundle: string) =>
  JSON.parse(await readFile(join(bundle, "evaluation.json"), "utf8")).seed;

async function setSeed(next: string, seed: number): Promise<void> {
  const path = join(next, "evaluation.json");
  const evaluation = JSON.parse(await readFile(path, "utf8"));
  await writeFile(`${path}.tmp`, JSON.stringify({ ...evaluation, seed }));
  await rename(`${path}.tmp`, path);
}

test("an amended bundle is sealed anew, and nothing is left beside it", async () => {
  const before = await verifyBundle(dir);
  const after = await amendBundle(dir, (next) => setSeed(next, 7));
  expect(await verifyBundle(dir)).toEqual(after);
  expect(await seedOf(dir)).toBe(7);
  expect(after.files["cfg.json"]).toEqual(before.files["cfg.json"]);
  expect(after.files["evaluation.json"]).not.toEqual(before.files["evaluation.json"]);
  expect(await readdir(folder)).toEqual(["bundle"]);
});

test("a change that fails leaves the bundle as it was", async () => {
  const failing = amendBundle(dir, async (next) => {
    await setSeed(next, 7);
    throw new Error("no more");
  });
  await expect(failing).rejects.toThrow("no more");
  await verifyBundle(dir);
  expect(await seedOf(dir)).toBe(0);
  await amendBundle(dir, (next) => setSeed(next, 8)); // what was left half-done is no obstacle
  expect(await seedOf(dir)).toBe(8);
  expect(await readdir(folder)).toEqual(["bundle"]);
});

test("a kill between the two renames is put right: the bundle is the new one", async () => {
  await writeTinyBundle(`${dir}.next`, { seed: 5 });
  await rename(dir, `${dir}.before`);
  await recoverBundle(dir);
  await verifyBundle(dir);
  expect(await seedOf(dir)).toBe(5);
  expect(await readdir(folder)).toEqual(["bundle"]);
});

test("a kill after both renames leaves the old one to be removed", async () => {
  await writeTinyBundle(`${dir}.before`, { seed: 5 });
  await recoverBundle(dir);
  expect(await seedOf(dir)).toBe(0);
  expect(await readdir(folder)).toEqual(["bundle"]);
});

test("a folder that holds no bundle yet is left alone", async () => {
  await rm(dir, { recursive: true });
  await recoverBundle(dir);
  expect(await readdir(folder)).toEqual([]);
});
