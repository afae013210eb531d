import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { embeddedModel } from "../text/config.ts";
import { installedModel } from "./installed-model.ts";

const dir = mkdtempSync(join(tmpdir(), "installed-"));
afterAll(() => rmSync(dir, { recursive: true }));
const places = { settings: { cache: join(dir, "cache") }, models_dir: join(dir, "models") };
const hashes = { weights_sha256: "", tokenizer_sha256: "" };
const commit = "0123456789abcdef0123456789abcdef01234567";

function put(...path: string[]): string {
  const folder = join(dir, ...path);
  mkdirSync(folder, { recursive: true });
  for (const file of ["config.json", "tokenizer.json", "model.safetensors"])
    cpSync(join(embeddedModel, file), join(folder, file));
  return folder;
}

test("the bundled model is always there", () => {
  const pin = { id: "stories-2m", source: null, commit: null, ...hashes };
  expect(installedModel(pin, places)).toBe(embeddedModel);
});

test("a model hub's is in its cache at the commit that the bundle names", () => {
  const pin = { id: "tiny", source: "Org/Tiny", commit, ...hashes };
  expect(() => installedModel(pin, places)).toThrow(
    `the model tiny is not installed on the hub's machine; this fetches it: npx trainer model Org/Tiny@${commit}`,
  );
  const folder = put("cache", "models--Org--Tiny", "snapshots", commit);
  expect(installedModel(pin, places)).toBe(folder);
  const other = { ...pin, commit: commit.replace("0", "f") };
  expect(() => installedModel(other, places)).toThrow("not installed");
});

test("a model of nobody's hub is in a folder of its id", () => {
  const pin = { id: "mine", source: null, commit: null, ...hashes };
  const folder = join(places.models_dir, "mine");
  expect(() => installedModel(pin, places)).toThrow(`copy its folder to ${folder}`);
  expect(
    installedModel({ ...pin, id: put("models", "mine").split("/").at(-1) as string }, places),
  ).toBe(folder);
});

test("what a bundle names is never a path", () => {
  put("secret");
  for (const source of [join(dir, "secret"), "../secret", "./secret"])
    expect(() => installedModel({ id: "x", source, commit, ...hashes }, places)).toThrow(
      /not the name of a model|not installed/,
    );
});
