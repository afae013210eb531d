import { z } from "zod";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const figures = {
  l0: z.number(),
  fvu: z.number(),
  ce_diff: z.number(),
  ce_loss_recovered: z.number(),
};

export const stacking = {
  title: "Residual stacking",
  question: "Is a dictionary better when its features are trained in stages, each on what is left?",
  formula:
    "Stage 1 is an SAE of x at a low L0. Each later stage reads x and learns to give y = x − Σ x̂ of the stages before, which stay as they are, by its own ‖y − ŷ‖² and penalty and with a decoder bias of its own. One dictionary holds all of them: columns of W_enc and rows of W_dec side by side, b_dec their sum, and b_enc so that one encoder pass gives each stage's pre-activations. Figures after a stage are of the dictionary up to it. At equal L0: those of dictionaries with as many features, trained at once on as many tokens, interpolated linearly in log L0 between the two that have just fewer and just more active features.",
  formula_version: 1,
  command: "stack DIR",
  section: experimentSection({
    stages: z.array(
      z.object({
        features: z.int().positive(),
        train_tokens: z.int().positive(),
        /** the setting that makes features fewer, and its value in this stage */
        sparsity: z.object({ setting: z.string(), value: z.number() }),
        /** active features of this stage alone */
        own_l0: z.number(),
        ...figures,
      }),
    ),
    /** x̂ of the whole against the sum of the stages', at all counted held-out tokens; more than rounding is refused */
    sum: z.object({
      tokens: z.int().positive(),
      /** largest ‖x̂ − Σ x̂_s‖ / ‖x‖ where the same features are active */
      largest_difference: z.number(),
      /** active in one of them alone, all within rounding of their thresholds */
      moved: z.int().nonnegative(),
    }),
    at_once: z.array(
      z.object({
        name: z.string(),
        /** of sae_weights.safetensors */
        weights_sha256: sha256Hex,
        features: z.int().positive(),
        train_tokens: z.int().positive(),
        ...figures,
      }),
    ),
    /** null when the L0 of the stack is not between those of two that were trained at once */
    at_equal_l0: z.object(figures).nullable(),
  }),
} as const satisfies Experiment;
