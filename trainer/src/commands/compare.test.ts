import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type MetricName, metrics } from "../bundle/index.ts";
import { compare } from "./compare.ts";
import { runConfig } from "./config.ts";
import { withConfigFile } from "./config-file.ts";
import { checkConfig } from "./flags.ts";

const context = { report: () => {}, say: () => {}, signal: new AbortController().signal };
const recipes = join(import.meta.dirname, "../../recipes");

/** A run folder whose evaluation found these figures, and 0.5 for the others. */
function run(found: Partial<Record<MetricName, number>>): string {
  const dir = mkdtempSync(join(tmpdir(), "compare-"));
  mkdirSync(join(dir, "bundle"));
  const values = Object.keys(metrics).map((name) => [
    name,
    { value: found[name as MetricName] ?? 0.5, formula_version: 1, tokens: 90 },
  ]);
  const evaluation = {
    metrics: Object.fromEntries(values),
    contexts: [0, 6],
    context_size: 16,
    seed: 0,
    density_histogram: { log10_min: -2, log10_max: 0, counts: [1], dead: 0 },
  };
  writeFileSync(join(dir, "bundle/evaluation.json"), JSON.stringify(evaluation));
  return dir;
}

function expectations(value: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), "compare-")), "expected.json");
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const expected = expectations({
  source: "a paper",
  metrics: { l0: { value: 32, tolerance: 1 }, fvu: { value: 0.05, tolerance: 0.01 } },
});

test("figures within their tolerances pass", async () => {
  const { text, failed } = await compare.run([run({ l0: 33, fvu: 0.055 }), expected], {}, context);
  expect(failed).toBe(false);
  expect(text.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["", "expected", "±", "found"],
    ["L0", "32.0", "1", "33.0", "within"],
    ["FVU", "0.0500", "0.01", "0.0550", "within"],
    [""],
    ["All as expected, by a paper"],
  ]);
});

test("a lower fvu is better; another l0 is off, whichever way", async () => {
  const low = await compare.run([run({ l0: 20, fvu: 0.01 }), expected], {}, context);
  expect(low.failed).toBe(true);
  expect(low.data).toMatchObject({ off: 1 });
  expect(low.data.figures).toMatchObject([{ verdict: "off" }, { verdict: "better" }]);
  const high = await compare.run([run({ l0: 44, fvu: 0.09 }), expected], {}, context);
  expect(high.text).toContain("2 of 2 figures are off, by a paper");
});

test.each([
  [{ source: "a paper", metrics: { fve: { value: 1, tolerance: 0 } } }, /expected\.json: metrics/],
  [
    { source: "a paper", metrics: { fvu: { value: 1 } } },
    /expected\.json: metrics\.fvu\.tolerance/,
  ],
  [{ source: "a paper", metrics: {} }, /expects nothing/],
])("expectations %j are refused", async (given, message) => {
  await expect(compare.run([run({}), expectations(given)], {}, context)).rejects.toThrow(message);
});

test("a run that was not evaluated is said to be so", async () => {
  const dir = mkdtempSync(join(tmpdir(), "compare-"));
  await expect(compare.run([dir, expected], {}, context)).rejects.toThrow(/no evaluation\.json/);
});

test.each(["pythia-70m-topk", "pythia-70m-standard"])(
  "the settings of %s can be read, and its expectations too",
  async (name) => {
    const config = join(recipes, `${name}.json`);
    expect(checkConfig(runConfig, withConfigFile(runConfig, { config }))).toMatchObject({
      d_sae: 4096,
      train_tokens: 10_000_000,
    });
    const files = [run({}), join(recipes, `${name}.expected.json`)];
    expect((await compare.run(files, {}, context)).failed).toBe(true);
  },
);
