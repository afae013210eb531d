import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const point = z.object({
  name: slug,
  weights_sha256: sha256Hex,
  hook_name: z.string(),
  d_sae: z.int().positive(),
  /** d_sae / d_in */
  expansion_factor: z.number().positive(),
  fvu: z.number(),
  ce_diff: z.number(),
  ce_loss_recovered: z.number(),
  dead_fraction: z.number(),
  l0: z.number(),
});

/** How much of what the worse of two layers lacks it makes up by growing wider. */
const gap = z.object({
  metric: z.enum(["ce_loss_recovered", "ce_diff", "fvu"]),
  early: z.string(),
  late: z.string(),
  /** expansion factors that are compared */
  narrow: z.number().positive(),
  wide: z.number().positive(),
  /** late − early, at each of the two */
  at_narrow: z.number(),
  at_wide: z.number(),
  /** share of the gap at `narrow` that the worse layer alone makes up by going to `wide`; null: there is no gap */
  closed: z.number().nullable(),
});

export const width = {
  title: "Width",
  question:
    "What do more features bring at the same hook, and does width explain the gap between early and late layers?",
  formula:
    "Dictionaries of d_sae = expansion factor · d_in, all other settings alike, trained in one pass over the same tokens; metrics of each one's own evaluation on the same held-out text. A gap is a metric at the later hook minus that at the earlier one, at equal expansion. Closed is what the worse of the two hooks gains from the narrow to the wide dictionary, over the gap of the two narrow ones: 1 would mean that width makes up for all of it, 0 for nothing.",
  formula_version: 1,
  command: "width DIR --hook_name HOOK …",
  section: experimentSection({
    /** hook by hook, from the narrowest to the widest */
    points: z.array(point).nonempty(),
    /** of the earliest and the latest hook; empty where there is one hook or one width */
    gaps: z.array(gap),
  }),
} as const satisfies Experiment;
