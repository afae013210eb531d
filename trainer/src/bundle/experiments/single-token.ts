import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const fraction = z.number().min(0).max(1);

export const singleToken = {
  title: "Single-token features",
  question: "How many features fire on one token type only, and are there fewer when L0 is higher?",
  formula:
    "For each feature that is active on at least n_min of the scanned tokens: on how many token types (ids of the token at the position itself) it is active, and the share of its activation mass Σ a_f that lies on the type that has most of it. Stated are the shares of these features that fire on one type only, and that have at least 90 % and at least 50 % of their mass on one. L0 is over the same tokens.",
  formula_version: 1,
  command: "single-token RUN_DIR…",
  section: experimentSection({
    /** those that were measured together, sparsest first */
    dictionaries: z
      .array(
        z.object({
          name: slug,
          weights_sha256: sha256Hex,
          hook_name: z.string(),
          architecture: z.string(),
          d_sae: z.int().positive(),
          l0: z.number(),
          /** features that are active on some scanned token, and on at least n_min */
          alive: z.int().nonnegative(),
          counted: z.int().nonnegative(),
          /** of those counted; 0 where there is none */
          one_type: fraction,
          mass_90: fraction,
          mass_50: fraction,
        }),
      )
      .nonempty(),
  }),
} as const satisfies Experiment;
