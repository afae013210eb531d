import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, estimate, experimentSection } from "./section.ts";

const measured = {
  l0: z.number(),
  fvu: z.number(),
  ce_diff: estimate,
  ce_loss_recovered: estimate,
};
const cut = z.object({
  /** the L0 that was aimed at; null: nothing is cut */
  target: z.number().positive().nullable(),
  features_cut: z.int().nonnegative(),
  ...measured,
});
/** the cut dictionary's figure minus this one's, at this one's L0 */
const gap = z.object({ ce_diff: estimate, ce_loss_recovered: estimate }).nullable();

export const removeFrequent = {
  title: "Removing the most frequent features",
  question:
    "Is a dictionary whose most frequent features are cut off as good as one that was trained to be so sparse?",
  formula:
    "Features are put in order of their density on text that is not among what is measured. From the top of that order as many are removed altogether (they are never active; what a topk rule chose instead of others is not chosen again) as bring the sum of the densities of the rest to the L0 that is aimed at; as a control, from the bottom. Each cut, and each dictionary of the family, is measured on the same held-out text as the metrics are. The gap at a dictionary's L0 is what the cut one has there minus what it has itself, the cut curve being interpolated linearly in log L0, and only within what it covers. Intervals are the middle 95 % over bootstrap resamples of whole contexts, the same for all.",
  formula_version: 1,
  command: "remove-frequent RUN_DIR --family DIR",
  section: experimentSection({
    hook_name: z.string(),
    /** on what densities were measured: [first, last) of the token file, and its counted tokens */
    frequency: z.object({
      contexts: z.tuple([z.int(), z.int()]),
      tokens: z.int().positive(),
    }),
    /** each begins with nothing cut, then sparser and sparser */
    top: z.array(cut).nonempty(),
    bottom: z.array(cut).nonempty(),
    /** those trained at other sparsities, and the cut one where it is among them; densest first */
    family: z.array(
      z.object({
        name: slug,
        weights_sha256: sha256Hex,
        architecture: z.string(),
        d_sae: z.int().positive(),
        ...measured,
        gap: z.object({ top: gap, bottom: gap }),
      }),
    ),
  }),
} as const satisfies Experiment;
