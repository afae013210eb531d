import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { reservedDictionarySlugs, reservedModelSlugs } from "../lib/routes.ts";

/** The parts of an address that a folder of routes answers itself: all but what is in brackets. */
function fixedParts(folder: string): string[] {
  const own = /^(page|layout|not-found|error|global-error|loading|route|globals)\./;
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !own.test(name) && !name.startsWith("[") && !name.startsWith("_"))
    .map((entry) => (entry.isFile() ? entry.name.replace(/\.(tsx?|png)$/, "") : entry.name));
}

test("no model can be called as a page or a file of the hub is", () => {
  const parts = [...fixedParts("app"), ...fixedParts("public")];
  expect(parts).toContain("upload");
  expect(parts.filter((part) => !reservedModelSlugs.includes(part))).toEqual([]);
});

test("no dictionary can be called as a page below a model is", () => {
  const parts = fixedParts("app/[model]");
  expect(parts.filter((part) => !reservedDictionarySlugs.includes(part))).toEqual([]);
});
