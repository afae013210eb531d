import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { familyFolders, refuseNoFamily } from "./family.ts";

type Runs = Parameters<typeof refuseNoFamily>[0];

const run = (dir: string, l0: number, hook_name = "blocks.3.hook_resid_post") =>
  ({ dir, manifest: { sae: { hook_name, hook_name_out: null }, metrics: { l0 } } }) as Runs[number];

test("a family is two or more dictionaries of different sparsities at the hook", () => {
  expect(() => refuseNoFamily([run("own", 64), run("a", 8), run("b", 16)])).not.toThrow();
  expect(() => refuseNoFamily([run("own", 64), run("a", 8)])).toThrow(
    "--family: 1 beside own, of 1 sparsities",
  );
  expect(() => refuseNoFamily([run("own", 64), run("a", 8), run("b", 8)])).toThrow(
    "--family: 2 beside own, of 1 sparsities",
  );
  expect(() =>
    refuseNoFamily([run("own", 64), run("a", 8), run("b", 16, "blocks.1.hook_resid_post")]),
  ).toThrow(
    "b: another hook_name than own: blocks.1.hook_resid_post (expected blocks.3.hook_resid_post)",
  );
});

const dir = mkdtempSync(join(tmpdir(), "family-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("a sweep stands for its complete dictionaries at the hook, but for the one that is cut", () => {
  const hooks = { own: "a", other: "a", elsewhere: "b", broken: "a" };
  writeFileSync(join(dir, "config.json"), JSON.stringify({ hook_name: ["a", "b"] }));
  for (const [name, hook_name] of Object.entries(hooks)) {
    mkdirSync(join(dir, name, "bundle"), { recursive: true });
    writeFileSync(join(dir, name, "config.json"), JSON.stringify({ hook_name }));
    if (name !== "broken") writeFileSync(join(dir, name, "bundle/manifest.json"), "{}");
  }
  const own = join(dir, "own");
  expect(familyFolders([dir, join(dir, "other")], own, "a")).toEqual([join(dir, "other")]);
  expect(() => familyFolders([dir], own, "c")).toThrow(
    "a sweep without a complete dictionary at c",
  );
});
