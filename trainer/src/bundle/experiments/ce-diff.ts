import { z } from "zod";
import { type Experiment, experimentSection } from "./section.ts";

const correlation = z.number().nullable();

export const ceDiff = {
  title: "CE-diff per datapoint",
  question: "Where does the dictionary fail, and is it many small failures or a few large ones?",
  formula:
    "A datapoint is a counted token position that has a next token in its context. Its CE-diff is the next-token cross-entropy with x̂ spliced in at every counted position of its context, minus that of the untouched model, in nats. Shares are Σ CE-diff of the worst positions over Σ CE-diff of all that were measured; as CE-diffs may be negative, a share may exceed 1. Rank correlations (Spearman) are over the uniform sample.",
  formula_version: 1,
  command: "ce-diff RUN_DIR",
  section: experimentSection({
    /** datapoints in datapoints.parquet by origin; `tokens` counts all that were measured */
    datapoints: z.object({
      sample: z.int().nonnegative(),
      worst: z.int().nonnegative(),
      best: z.int().nonnegative(),
      context: z.int().nonnegative(),
    }),
    /** over all that were measured */
    mean: z.number(),
    standard_deviation: z.number(),
    /** share of positions at which the model does better with x̂ */
    negative_fraction: z.number().min(0).max(1),
    quantiles: z.array(z.object({ q: z.number().min(0).max(1), ce_diff: z.number() })),
    /** equal bins over [min, max] of all that were measured */
    histogram: z.object({
      min: z.number(),
      max: z.number(),
      counts: z.array(z.int().nonnegative()),
    }),
    /** share of Σ CE-diff that the worst positions carry */
    shares: z.array(z.object({ worst: z.number().min(0).max(1), of_total: z.number() })),
    /** rank correlations of CE-diff over the sample; null where a side is constant */
    spearman: z.object({
      squared_error: correlation,
      norm_x: correlation,
      ce_clean: correlation,
      l0: correlation,
      position: correlation,
    }),
  }),
} as const satisfies Experiment;
