import { z } from "zod";

/** cfg.json exactly as SAELens ≥ 6 writes it (docs/bundle.md); unknown keys are kept out on purpose. */
const common = {
  d_in: z.int().positive(),
  d_sae: z.int().positive(),
  dtype: z.literal("float32"),
  device: z.literal("cpu"),
  apply_b_dec_to_input: z.boolean(),
  normalize_activations: z.literal("none"),
  reshape_activations: z.literal("none"),
  metadata: z.looseObject({
    sae_lens_version: z.string(),
    sae_lens_training_version: z.string().nullable(),
    model_name: z.string(),
    hook_name: z.string(),
    hook_head_index: z.int().nullable(),
    context_size: z.int().positive(),
    prepend_bos: z.boolean(),
  }),
};

export const saelensCfg = z.discriminatedUnion("architecture", [
  z.object({ architecture: z.literal("standard"), ...common }),
  z.object({
    architecture: z.literal("topk"),
    k: z.int().positive(),
    rescale_acts_by_decoder_norm: z.boolean(),
    ...common,
  }),
]);
export type SaelensCfg = z.infer<typeof saelensCfg>;
