import { z } from "zod";
import { type Experiment, experimentSection } from "./section.ts";

const spread = z.object({ p10: z.number(), p50: z.number(), p90: z.number() });

export const norms = {
  title: "Norms against frequency",
  question: "Do the features that fire often also weigh most?",
  formula:
    "For each feature that fires: its density, ‖d_f‖, and its contribution E[a_f] · ‖d_f‖, where E[a_f] is its mean activation over all counted dashboard tokens, those included on which it is silent. Features are put in equal bins of log₁₀ density; quantiles are of the features of a bin, rank correlations (Spearman) of all that fire.",
  formula_version: 1,
  command: "norms RUN_DIR",
  section: experimentSection({
    hook_name: z.string(),
    /** features that fire */
    alive: z.int().nonnegative(),
    /** equal bins of log10(density); those without a feature are left out */
    bins: z.array(
      z.object({
        log10_min: z.number(),
        log10_max: z.number(),
        features: z.int().positive(),
        decoder_norm: spread,
        contribution: spread,
      }),
    ),
    /** rank correlations with the density; null where all values are one */
    spearman: z.object({
      decoder_norm: z.number().nullable(),
      contribution: z.number().nullable(),
    }),
    /** share of the sum of all contributions that the most frequent features have */
    share: z.array(
      z.object({ most_frequent: z.number().min(0).max(1), of_contribution: z.number() }),
    ),
  }),
} as const satisfies Experiment;
