import { expect, test } from "vitest";
import { type Manifest, metrics } from "../../bundle/index.ts";
import { paretoSvg } from "./pareto.ts";
import { paretoLines, spread } from "./pareto-lines.ts";
import type { SweepResult } from "./results.ts";

/** A dictionary with this L0 and this FVU; CE loss recovered is 1 − FVU. */
const result = (l0: number, fvu: number, changes: Partial<SweepResult> = {}): SweepResult => ({
  name: `topk${l0}`,
  hook_name: "blocks.0.hook_resid_post",
  hook_name_out: null,
  architecture: "topk",
  d_in: 16,
  d_sae: 64,
  k: l0,
  l1_coefficient: null,
  l0_coefficient: null,
  seed: 0,
  variant: "",
  metrics: {
    ...(Object.fromEntries(Object.keys(metrics).map((name) => [name, 0])) as Manifest["metrics"]),
    l0,
    fvu,
    ce_loss_recovered: 1 - fvu,
  },
  diverged: null,
  ...changes,
});

const bestOf = (results: SweepResult[], metric: "fvu" | "ce_loss_recovered") =>
  paretoLines(results, { metric, better: metric === "fvu" ? "lower" : "higher" } as never)
    .flatMap(({ points }) => points)
    .filter(({ isBest }) => isBest)
    .map(({ x }) => x);

test("what no other beats at both sparsity and loss is marked", () => {
  const results = [result(8, 0.3), result(16, 0.2), result(20, 0.25), result(32, 0.1)];
  expect(bestOf(results, "fvu")).toEqual([8, 16, 32]);
  expect(bestOf(results, "ce_loss_recovered")).toEqual([8, 16, 32]);
});

test("a line goes through the sparsities of an architecture, a width and a seed", () => {
  const gated = { architecture: "gated", k: null, l1_coefficient: 1 } as const;
  const lines = paretoLines(
    [
      result(32, 0.1),
      result(8, 0.3),
      result(9, 0.3, { d_sae: 128 }),
      result(9, 0.3, { variant: "-seed1" }),
      result(20, 0.2, gated),
    ],
    { metric: "fvu", better: "lower" },
  );
  expect(lines.map(({ label, points }) => [label, points.map(({ x }) => x)])).toEqual([
    ["topk 4x", [8, 32]],
    ["topk 8x", [9]],
    ["topk 4x seed1", [9]],
    ["gated 4x", [20]],
  ]);
});

test("the plot has a row for each hook, names every dictionary, and escapes what is text", () => {
  const other = { hook_name: "<&>", name: "other" };
  const svg = paretoSvg([result(8, 0.3), result(16, 0.2, other), result(1, 1, { metrics: null })]);
  expect(svg).toContain('viewBox="0 0 1000 600"');
  expect(svg.match(/<circle/g)).toHaveLength(4);
  expect(svg).toContain("other: L0 16.0, FVU 0.2000");
  expect(svg).toContain("&#60;&#38;&#62;");
  expect(svg).not.toContain("NaN");
});

test("a sweep of which nothing came has an empty plot", () => {
  expect(paretoSvg([result(1, 1, { metrics: null, diverged: "too high lr" })])).not.toMatch(
    /NaN|circle/,
  );
});

test("labels keep their order and a distance, as near as can be to where they belong", () => {
  expect(spread([10, 11, 50], 5, 100)).toEqual([10, 15, 50]);
  expect(spread([99, 98, 97], 5, 100)).toEqual([100, 95, 90]);
  expect(spread([], 5, 100)).toEqual([]);
});
