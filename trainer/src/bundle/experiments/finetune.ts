import { z } from "zod";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

/** What may be trained while the encoder stays as it is. */
export const finetuned = ["decoder", "scale", "decoder+bias"] as const;

/** The metrics that are compared, in the order in which they are shown. */
export const finetuneMetrics = [
  "fvu",
  "mse",
  "ce_diff",
  "ce_loss_recovered",
  "l2_ratio",
  "cosine",
  "l0",
  "dead_fraction",
] as const;

const spread = z.object({ p10: z.number(), p50: z.number(), p90: z.number() });
const measured = z.object({
  ...(Object.fromEntries(finetuneMetrics.map((name) => [name, z.number()])) as Record<
    (typeof finetuneMetrics)[number],
    z.ZodNumber
  >),
  /** exp(CE with SAE) − exp(CE clean) */
  perplexity_increase: z.number(),
});

export const finetune = {
  title: "Finetuned decoder",
  question:
    "How much of the error is shrinkage that a better decoder undoes, features as they are?",
  formula:
    "The encoder stays, so that every a_f does; Σ‖y − ŷ‖² over training tokens is least in W_dec (decoder), in one s_f for each feature with d_f ← s_f d_f (scale), or in W_dec and b_dec (decoder+bias: what b_dec changes before the encoder is put back into b_enc). Scale of a feature: s_f, or d′_f · d_f / ‖d_f‖² of the decoder before (d) and after (d′); above 1 its activations were too small. Perplexity increase: exp(CE with SAE) − exp(CE clean). Rank correlation (Spearman) of scale and density is over the features that fire on the tokens that were fitted.",
  formula_version: 1,
  command: "finetune RUN_DIR NEW_DIR",
  section: experimentSection({
    what: z.enum(finetuned),
    /** the dictionary that it was made from */
    parent: z.object({ name: z.string(), manifest_sha256: sha256Hex, weights_sha256: sha256Hex }),
    /** training tokens that it was fitted to */
    fitted_tokens: z.int().positive(),
    before: measured,
    after: measured,
    /** the features that are active are the same at all counted held-out tokens; a fit for which they are not is refused */
    active_sets: z.object({
      tokens: z.int().positive(),
      /** features whose b_enc was moved by rounding's size, so that none changes sides (decoder+bias) */
      settled_features: z.int().nonnegative(),
    }),
    scale: z.object({
      /** features that fire on the fitted tokens */
      features: z.int().nonnegative(),
      ...spread.shape,
      /** equal bins; features beyond are counted in the first and the last */
      histogram: z.object({
        min: z.number(),
        max: z.number(),
        counts: z.array(z.int().nonnegative()),
      }),
      /** rank correlation with the density; null where one side is constant */
      spearman_density: z.number().nullable(),
      /** equal bins of log10(density); those without a feature are left out */
      by_density: z.array(
        spread.extend({
          log10_min: z.number(),
          log10_max: z.number(),
          features: z.int().positive(),
        }),
      ),
    }),
    /** cosine of d_f and d′_f over the features that fire; null for scale, which turns none */
    turned: spread.nullable(),
  }),
} as const satisfies Experiment;
