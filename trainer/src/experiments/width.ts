import { z } from "zod";
import { metrics, type Sections } from "../bundle/index.ts";
import { parseHookName, sites } from "../model/hook-names.ts";

export const widthConfig = z.object({
  hook_name: z
    .array(z.string())
    .nonempty()
    .default(["blocks.3.hook_resid_post"])
    .describe("where in the model; an early and a late one show whether width explains the gap"),
  expansion_factors: z
    .array(z.number().positive())
    .nonempty()
    .default([1, 2, 4, 8, 16, 32])
    .describe("features for each number in a row at the hook"),
  gap_from: z
    .number()
    .positive()
    .default(8)
    .describe("expansion factor whose gap the widest is compared with"),
});

type WidthSection = NonNullable<Sections["width"]>;
type Point = WidthSection["points"][number];
type Gap = WidthSection["gaps"][number];

const compared = ["ce_loss_recovered", "ce_diff", "fvu"] as const;

/**
 * The gap between the earliest and the latest hook of the same points, at the expansion factor `from` (or the
 * next narrower one that there is, else the narrowest) and at the widest.
 */
export function widthGaps(points: readonly Point[], from: number): Gap[] {
  const hooks = [...new Set(points.map(({ hook_name }) => hook_name))].sort(
    (a, b) => placeOf(a) - placeOf(b),
  );
  const factors = [...new Set(points.map((point) => point.expansion_factor))].sort((a, b) => a - b);
  const [early, late] = [hooks[0], hooks.at(-1)];
  const narrow = factors.findLast((factor) => factor <= from) ?? factors[0];
  const wide = factors.at(-1);
  const at = (hook: string | undefined, factor: number | undefined) =>
    points.find((point) => point.hook_name === hook && point.expansion_factor === factor);
  const [a, b] = [at(early, narrow), at(late, narrow)];
  const [wideA, wideB] = [at(early, wide), at(late, wide)];
  if (!a || !b || !wideA || !wideB || a === b || a === wideA) return [];
  return compared.map((metric) => {
    const [at_narrow, at_wide] = [b[metric] - a[metric], wideB[metric] - wideA[metric]];
    const sign = metrics[metric].better === "higher" ? 1 : -1;
    const lateIsWorse = sign * at_narrow < 0;
    const gained = sign * (lateIsWorse ? wideB[metric] - b[metric] : wideA[metric] - a[metric]);
    return {
      metric,
      early: a.hook_name,
      late: b.hook_name,
      narrow: a.expansion_factor,
      wide: wideA.expansion_factor,
      at_narrow,
      at_wide,
      closed: at_narrow === 0 ? null : gained / Math.abs(at_narrow),
    };
  });
}

/** Where a hook comes in the model's forward pass. */
function placeOf(hook_name: string): number {
  const { layer, site } = parseHookName(hook_name);
  if (layer === null) return site === "hook_embed" ? -1 : Number.POSITIVE_INFINITY;
  return layer * sites.length + sites.indexOf(site);
}
