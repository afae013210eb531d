import type { Sections } from "trainer/bundle";
import { expect, test } from "vitest";
import { widthVerdicts } from "./describe-width.ts";

type WidthSection = NonNullable<Sections["width"]>;

const gap = (at_narrow: number, at_wide: number, closed: number): WidthSection["gaps"] => [
  {
    metric: "ce_loss_recovered",
    early: "blocks.0.hook_resid_post",
    late: "blocks.5.hook_resid_post",
    narrow: 8,
    wide: 32,
    at_narrow,
    at_wide,
    closed,
  },
];
const point = (hook_name: string, expansion_factor: number, fvu: number) => ({
  name: "x",
  weights_sha256: "0".repeat(64),
  hook_name,
  d_sae: 8 * expansion_factor,
  expansion_factor,
  fvu,
  ce_diff: 1,
  ce_loss_recovered: 1 - fvu,
  dead_fraction: 0,
  l0: 32,
});
const points: WidthSection["points"] = [
  point("blocks.0.hook_resid_post", 1, 0.5),
  point("blocks.0.hook_resid_post", 32, 0.25),
];
const verdict = (gaps: WidthSection["gaps"]) =>
  widthVerdicts({ points, gaps, formula_version: 1, seed: 0, tokens: 9, config: {} }).at(-1);

test("each hook is told of from its narrowest to its widest", () => {
  expect(verdict([])).toBe(
    "At 0 resid_post, going from 1x to 32x takes FVU from 0.5000 to 0.2500 and CE loss recovered from 0.5000 to 0.7500.",
  );
});

test("the gap is said at both widths, with the share that the worse hook makes up", () => {
  expect(verdict(gap(-0.1, -0.13, 0.3))).toBe(
    "The gap of CE loss recovered between 0 resid_post and 5 resid_post is 0.1000 at 8x and 0.1300 at 32x; widened alone, 5 resid_post makes up 30 % of it: width explains a part of it.",
  );
});

test("a gap that turns round, and the early hook as the worse one", () => {
  expect(verdict(gap(0.1, -0.02, 1.4))).toContain("0.0200 at 32x, the other way round; widened");
  expect(verdict(gap(0.1, 0.02, 1.4))).toContain("0 resid_post makes up for all of it");
  expect(verdict(gap(-0.1, -0.1, -0.2))).toContain("makes up nothing of it: width does not");
});
