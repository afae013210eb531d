import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const fraction = z.number().min(0).max(1);
const correlations = z.array(z.array(z.number().min(-1.0001).max(1.0001).nullable()));

export const acrossLayers = {
  title: "CE-diff across layers",
  question: "Do dictionaries at other hooks fail at the same datapoints?",
  formula:
    "For several dictionaries of one model: the CE-diff of each at every counted position, of the same text, that has a next token. Spearman and Pearson are the rank and the plain correlation of two dictionaries' CE-diffs over all positions. Overlap is the share of the worst 1 % of the positions of one that are also among the worst 1 % of the other; of two that have nothing to do with one another it would be 1 %.",
  formula_version: 1,
  command: "across-layers RUN_DIR RUN_DIR…",
  section: experimentSection({
    /** those that were compared, in the order of the forward pass; rows and columns of the matrices follow it */
    dictionaries: z
      .array(
        z.object({
          name: slug,
          hook_name: z.string(),
          /** of a transcoder, where ŷ is put */
          hook_name_out: z.string().nullable(),
          /** of its sae_weights.safetensors */
          weights_sha256: sha256Hex,
          /** mean over all positions */
          ce_diff: z.number(),
        }),
      )
      .min(2),
    /** symmetric, 1 on the diagonal; null where a side is constant */
    spearman: correlations,
    pearson: correlations,
    /** the share of the positions that counts as the worst: what overlap would be by chance */
    worst_fraction: fraction,
    /** share of the worst of one that are among the worst of the other; 1 on the diagonal */
    overlap: z.array(z.array(fraction)),
  }),
} as const satisfies Experiment;
