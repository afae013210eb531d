import { z } from "zod";
import { sections } from "./experiments/table.ts";
import { perMetric } from "./metrics.ts";

const measured = z.object({
  value: z.number(),
  formula_version: z.int().positive(),
  /** how many token positions were counted */
  tokens: z.int().nonnegative(),
});

/** evaluation.json: every metric with its formula's version and its token count, and what experiments found. */
export const evaluation = z.object({
  metrics: perMetric(measured),
  /** which contexts of the token file were used: [first, last) */
  contexts: z.tuple([z.int(), z.int()]),
  context_size: z.int().positive(),
  seed: z.int(),
  /** log10(density) histogram over features that fired: counts in equal bins */
  density_histogram: z.object({
    log10_min: z.number(),
    log10_max: z.number(),
    counts: z.array(z.int().nonnegative()),
    /** features that never fired on the evaluation tokens */
    dead: z.int().nonnegative(),
  }),
  /** what experiments found */
  experiments: sections.default({}),
});
export type Evaluation = z.infer<typeof evaluation>;
