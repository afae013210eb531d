import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { evaluation } from "../bundle/evaluation.ts";
import { type MetricName, metrics, UsageError } from "../bundle/index.ts";
import { readJson } from "../bundle/json-files.ts";
import type { Verb } from "./verb.ts";

const names = Object.keys(metrics) as [MetricName, ...MetricName[]];

/** What a recipe should come to, and where that is known from. */
const expectations = z.strictObject({
  source: z.string(),
  metrics: z.partialRecord(
    z.enum(names),
    z.strictObject({ value: z.number(), tolerance: z.number().nonnegative() }),
  ),
});
type Expected = { value: number; tolerance: number };

export const compare: Verb = {
  words: "DIR EXPECTED",
  summary:
    "Compares what an evaluation measured with what a file expects of it, such as one beside a recipe in trainer/recipes. Exits with 1 when a figure is off: farther away than its tolerance, in the direction that is not better.",
  flags: {},
  async run([dir, path]) {
    const { source, metrics: expected } = await readJson(path, expectations);
    const measured = await readJson(evaluationOf(dir), evaluation);
    const figures = names.flatMap((name) => {
      const wanted = expected[name];
      if (!wanted) return [];
      const found = measured.metrics[name]?.value;
      if (found === undefined)
        throw new UsageError(`${dir}: its evaluation has no ${name} (an older trainer made it)`);
      return [{ name, ...wanted, found, verdict: judge(name, wanted, found) }];
    });
    if (figures.length === 0) throw new UsageError(`${path}: expects nothing (no metrics)`);
    const off = figures.filter(({ verdict }) => verdict === "off").length;
    const summary = off === 0 ? "All as expected" : `${off} of ${figures.length} figures are off`;
    const text = [...table(figures), "", `${summary}, by ${source}`].join("\n");
    return { text, data: { figures, source, off }, failed: off > 0 };
  },
};

function judge(name: MetricName, { value, tolerance }: Expected, found: number) {
  if (Math.abs(found - value) <= tolerance) return "within";
  const { better } = metrics[name];
  const isBetter = better === "lower" ? found < value : better === "higher" && found > value;
  return isBetter ? "better" : "off";
}

type Figure = Expected & { name: MetricName; found: number; verdict: string };

function table(figures: Figure[]): string[] {
  const lines = figures.map(({ name, value, tolerance, found, verdict }) => [
    metrics[name].title,
    value.toFixed(metrics[name].digits),
    `${tolerance}`,
    found.toFixed(metrics[name].digits),
    verdict,
  ]);
  return [["", "expected", "±", "found", ""], ...lines].map(([title, ...cells]) =>
    `${title.padEnd(20)}${cells.map((cell) => cell.padStart(12)).join("")}`.trimEnd(),
  );
}

/** Of a run folder, a bundle, or a folder that only holds an evaluation. */
function evaluationOf(dir: string): string {
  const places = [dir, join(dir, "bundle")].map((place) => join(place, "evaluation.json"));
  const found = places.find((place) => existsSync(place));
  if (found) return found;
  throw new UsageError(
    `${dir}: no evaluation.json there or in ${dirname(places[1])} (npx trainer evaluate makes it)`,
  );
}
