import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, test } from "vitest";

const stages = [
  "bundle",
  "tensor",
  "hf",
  "text",
  "model",
  "activations",
  "sae",
  "train",
  "evaluate",
]
  .concat("dashboard", "experiments", "inference", "importers", "exporters", "commands", "cli.ts")
  .map((stage) => `trainer/src/${stage}`);

const doors = ["trainer/bundle", "trainer/bundle/files"];

/** What each folder may import beside itself and packages; see docs/architecture.md. */
const mayImport: Record<string, string[]> = {
  lib: ["trainer/bundle"],
  components: ["lib", "trainer/bundle"],
  server: ["lib", "prisma", "trainer/match", "trainer/export", ...doors],
  app: ["lib", "server", "components", "trainer/bundle"],
  pages: ["lib", "server", "components", "trainer/bundle"],
  tests: ["app", "lib", "prisma", "scripts", "server"].concat(
    doors,
    "trainer/match",
    "trainer/export",
    "trainer/fixtures",
  ),
  e2e: ["lib", "scripts", "tests", "trainer/fixtures", ...doors],
  scripts: [],
  ...Object.fromEntries(stages.map((stage, i) => [stage, stages.slice(0, i)])),
};

/** A stage's own tests may use any other, and the fixtures. */
const inTests = [...stages, "trainer/fixtures"];

const ofTheWeb = /^(next|react|react-dom|server-only|@\/.*)(\/|$)/;
const imports = /^\s*(?:import|export)\s(?:[^"';]*\sfrom\s)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** One line for each import that points where it may not. */
function violations(path: string, source: string): string[] {
  const folder = folderOf(path);
  const allowed =
    path.endsWith(".test.ts") && stages.includes(folder) ? inTests : mayImport[folder];
  if (!allowed) throw new Error(`${path} lies in no folder that docs/architecture.md knows`);
  return [...source.matchAll(imports)]
    .map((match) => match[1] ?? match[2] ?? "")
    .filter((target) => {
      if (folder.startsWith("trainer/") && ofTheWeb.test(target)) return true;
      const other = targetFolder(path, target);
      return other !== null && other !== folder && !allowed.includes(other);
    })
    .map((target) => `${path} imports ${target}`);
}

/** Where an import leads, or null for a package. */
function targetFolder(path: string, target: string): string | null {
  if (target.startsWith("trainer/")) return target; // one of its doors
  if (target.startsWith("@/")) return folderOf(target.slice(2));
  return target.startsWith(".") ? folderOf(join(dirname(path), target)) : null;
}

function folderOf(path: string): string {
  return /^trainer\/(src\/[^/]+|[^/]+)/.exec(path)?.[0] ?? path.split("/")[0] ?? "";
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== "tests/architecture.test.ts"); // its planted ones are below
}

describe("imports", () => {
  const roots = Object.keys(mayImport).filter((folder) => !folder.startsWith("trainer/"));

  test.each([...roots, "trainer/src"])("of %s go where they may", (root) => {
    const files = sources(root);
    expect(files.length).toBeGreaterThan(0); // else this test would look at nothing
    expect(files.flatMap((path) => violations(path, readFileSync(path, "utf8")))).toEqual([]);
  });

  test.each([
    ["components/hub.tsx", 'import { db } from "@/server/db.ts";'],
    ["lib/format.ts", 'import { Button } from "../components/ui/button.tsx";'],
    ["lib/format.ts", 'import { verifyBundle } from "trainer/bundle/files";'],
    ["server/db.ts", 'export { page } from "@/app/page.tsx";'],
    ["pages/api/x.ts", 'import { client } from "@/prisma/client/client";'],
    ["app/page.tsx", 'import {\n  train,\n} from "@/trainer/src/train/train.ts";'],
    ["app/page.tsx", 'const { train } = await import("../trainer/src/train/train.ts");'],
    ["trainer/src/tensor/tensor.ts", 'import "../train/train.ts";'],
    ["trainer/src/hf/cache.ts", 'import { openModelSource } from "../text/model-source.ts";'],
    ["trainer/src/bundle/files.ts", 'import { Tensor } from "../tensor/tensor.ts";'],
    ["trainer/src/train/train.ts", 'import { useState } from "react";'],
    ["trainer/src/train/train.ts", 'import { db } from "@/server/db.ts";'],
  ])("in %s, a forbidden one is found: %s", (path, source) => {
    expect(violations(path, source)).toHaveLength(1);
  });

  test.each([
    ["app/page.tsx", 'import { getModel } from "@/server/queries/models.ts";'],
    ["server/ingest/copy.ts", 'import { readTable } from "trainer/bundle/files";'],
    ["trainer/src/train/train.ts", 'import type { Tensor } from "../tensor/tensor.ts";'],
    ["trainer/src/bundle/files.test.ts", 'import { Random } from "../tensor/random.ts";'],
    ["trainer/src/cli.ts", 'import { verbs } from "./commands/verbs.ts";'],
    ["components/hub.tsx", '// as server/db.ts does: import { db } from "@/server/db.ts";'],
  ])("in %s, an allowed one is not: %s", (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});

test("in the trainer, only hf/settings.ts reads the environment", () => {
  const readers = sources("trainer/src")
    .filter((path) => !path.endsWith(".test.ts"))
    .filter((path) => /process\.env(?!\.\w+ =[^=])/.test(readFileSync(path, "utf8")));
  expect(readers).toEqual(["trainer/src/hf/settings.ts"]);
});
