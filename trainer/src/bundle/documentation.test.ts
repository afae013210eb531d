import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { z } from "zod";
import {
  bundleFiles,
  evaluation,
  manifest,
  metrics,
  tables,
  tokenPolicy,
  trainingLine,
} from "./index.ts";

const text = await readFile(new URL("../../../docs/bundle.md", import.meta.url), "utf8");

/** A section of docs/bundle.md, from its heading to the next. */
function section(heading: string): string {
  const start = text.indexOf(`# ${heading}\n`);
  expect(start, `docs/bundle.md has a section ${heading}`).toBeGreaterThan(0);
  const end = text.indexOf("\n#", start);
  return text.slice(start, end < 0 ? undefined : end);
}

function expectNamed(names: string[], part: string): void {
  for (const name of names) expect(part).toContain(`\`${name}\``);
}

const keys = (schema: z.ZodObject) => Object.keys(schema.shape);

test("docs/bundle.md names every file", () => {
  expectNamed([...Object.keys(bundleFiles), "manifest.json"], text);
});

test.each(Object.values(tables))("docs/bundle.md names every column of $file", (table) => {
  expectNamed(keys(table.record), section(`\`${table.file}\``));
});

test("docs/bundle.md names every key of the JSON files", () => {
  expectNamed(
    [...keys(manifest), ...keys(manifest.shape.provenance), ...keys(tokenPolicy)],
    section("`manifest.json`"),
  );
  expectNamed(
    [...keys(evaluation), ...keys(evaluation.shape.density_histogram), ...Object.keys(metrics)],
    section("`evaluation.json`"),
  );
  expectNamed(keys(trainingLine), section("`training.jsonl`"));
});

test("docs/bundle.md gives each formula's version", () => {
  for (const { formula_version } of Object.values(metrics)) expect(formula_version).toBe(1);
  expect(section("`evaluation.json`")).toContain("formula (version 1)");
});
