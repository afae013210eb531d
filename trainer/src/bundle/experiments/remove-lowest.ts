import { z } from "zod";
import { type Experiment, estimate, experimentSection } from "./section.ts";

const left = {
  /** mean active features that are left */
  l0: z.number(),
  ce_diff: estimate,
  /** CE minus CE with nothing removed, on the same resamples */
  against_none: estimate,
  mse: estimate,
  fvu: z.number(),
};
const counts = z.array(z.object({ k: z.int().nonnegative(), ...left }));

export const removeLowest = {
  title: "Removing the lowest active features",
  question: "Are a datapoint's weakest features noise, so that it is better off without them?",
  formula:
    "At each counted position the active features are put in order of a_f · ‖d_f‖. Removed are the k lowest, or k random ones, or the k highest, but never the last one: of a position with k active features or fewer all but one are removed. By mass: as many of the lowest as hold together at most the share p of Σ a_f · ‖d_f‖ of the position. x̂ of what is left is spliced in at every counted position; CE-diff is as among the metrics. Intervals are the middle 95 % over bootstrap resamples of whole contexts, the same for all, so that a difference to removing nothing is of the same text.",
  formula_version: 1,
  command: "remove-lowest RUN_DIR",
  section: experimentSection({
    hook_name: z.string(),
    contexts: z.int().positive(),
    /** of the counted position with the most active features */
    largest_l0: z.int().nonnegative(),
    ce_clean: z.number(),
    /** each begins with k = 0 */
    lowest: counts,
    random: counts,
    highest: counts,
    /** the lowest by their share of the activation mass; begins with 0 */
    mass: z.array(z.object({ share: z.number().min(0).max(1), ...left })),
    /** of lowest and of mass: with the lowest CE */
    best: z.object({ k: z.int().nonnegative(), share: z.number().min(0).max(1) }),
    /** whether CE is lower than with nothing removed, the whole interval of the difference being below 0, for some k and for some share */
    helps: z.object({ k: z.boolean(), share: z.boolean() }),
  }),
} as const satisfies Experiment;
