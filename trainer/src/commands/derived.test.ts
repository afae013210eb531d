import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { plainReading } from "../../fixtures/plain-reading.ts";
import type { ImportProvenance } from "../bundle/index.ts";
import { isImported, refuseUnmade, writeDerivation } from "./derived.ts";

const dir = mkdtempSync(join(tmpdir(), "derived-"));
afterAll(() => rmSync(dir, { recursive: true }));

const provenance: ImportProvenance = {
  format: "saelens",
  where: "layer3",
  source: null,
  commit: null,
  files: [],
  reading: plainReading,
  because: {},
  notes: [],
  check: null,
  accepted: false,
};

test("an import whose weights are there, but unchecked, is neither measured nor sealed", () => {
  const asked = { verb: "import" as const, from: ["/theirs"], settings: {}, parent: null };
  const found = (is_decided: boolean) => ({ import: provenance, is_decided });
  mkdirSync(join(dir, "bundle"));
  writeFileSync(join(dir, "bundle/cfg.json"), "{}");
  writeDerivation(dir, { ...asked, found: found(false) });
  expect(isImported(dir)).toBe(true);
  expect(() => refuseUnmade(dir)).toThrow("has not been checked: npx trainer resume");
  writeDerivation(dir, { ...asked, found: found(true) });
  expect(() => refuseUnmade(dir)).not.toThrow();
});
