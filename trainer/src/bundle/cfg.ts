import { z } from "zod";

/** What a dictionary was trained as. */
export const architectures = [
  "standard",
  "gated",
  "jumprelu",
  "topk",
  "batchtopk",
  "matryoshka_batchtopk",
] as const;
export type Architecture = (typeof architectures)[number];

const size = z.int().positive();

/** cfg.json exactly as SAELens ≥ 6 writes it (docs/bundle.md); unknown keys are kept out on purpose. */
const common = {
  d_in: size,
  d_sae: size,
  dtype: z.literal("float32"),
  device: z.literal("cpu"),
  apply_b_dec_to_input: z.boolean(),
  /** what is done to each row before encoding, and undone after decoding */
  normalize_activations: z.enum(["none", "layer_norm", "constant_norm_rescale"]),
  reshape_activations: z.literal("none"),
  metadata: z.looseObject({
    sae_lens_version: z.string(),
    sae_lens_training_version: z.string().nullable(),
    model_name: z.string(),
    hook_name: z.string(),
    /** a transcoder's target */
    hook_name_out: z.string().nullable().optional(),
    hook_head_index: z.int().nullable(),
    context_size: size,
    prepend_bos: z.boolean(),
    /** what computed its training */
    training_engine: z.string().optional(),
    /** how it was trained, which may differ from how it is run */
    training_architecture: z.enum(architectures).optional(),
    training_architecture_details: z
      .looseObject({ k: size.nullable(), group_sizes: z.array(size).optional() })
      .optional(),
  }),
};
const largest = { k: size, rescale_acts_by_decoder_norm: z.literal(false) };
const transcoder = {
  ...common,
  d_out: size,
  apply_b_dec_to_input: z.literal(false),
  normalize_activations: z.literal("none"),
};

export const saelensCfg = z.discriminatedUnion("architecture", [
  z.object({ architecture: z.literal("standard"), ...common }),
  z.object({ architecture: z.literal("gated"), ...common }),
  z.object({ architecture: z.literal("jumprelu"), ...common }),
  z.object({ architecture: z.literal("topk"), ...largest, ...common }),
  z.object({ architecture: z.literal("transcoder"), ...transcoder }),
  z.object({ architecture: z.literal("skip_transcoder"), ...transcoder }),
  z.object({ architecture: z.literal("jumprelu_transcoder"), ...transcoder }),
  z.object({ architecture: z.literal("jumprelu_skip_transcoder"), ...transcoder }),
  // SAELens has no such class, and says so by this name
  z.object({ architecture: z.literal("topk_transcoder"), ...largest, ...transcoder }),
  z.object({ architecture: z.literal("topk_skip_transcoder"), ...largest, ...transcoder }),
]);
export type SaelensCfg = z.infer<typeof saelensCfg>;

/** How an SAE is run: its rule, and of what does not subtract b_dec its output, which is `of_itself` for an SAE. */
export function readCfg(cfg: SaelensCfg) {
  const { d_in, d_sae, normalize_activations } = cfg;
  const skip = cfg.architecture.includes("skip_");
  const of_itself = { d_out: d_in, skip: false, of_itself: true as const };
  const rule = cfg.architecture.replace(/_?(skip_)?transcoder$/, "") || "standard";
  return {
    rule: rule as "standard" | "gated" | "jumprelu" | "topk",
    d_in,
    d_sae,
    k: "k" in cfg ? cfg.k : null,
    transcoder:
      "d_out" in cfg ? { d_out: cfg.d_out, skip } : cfg.apply_b_dec_to_input ? null : of_itself,
    input_norm: normalize_activations === "none" ? null : normalize_activations,
  };
}

/** What a manifest says of an SAE. */
export function describeCfg(cfg: SaelensCfg) {
  const { rule, d_in, d_sae, k } = readCfg(cfg);
  const transcoder = "d_out" in cfg ? readCfg(cfg).transcoder : null;
  const { hook_name, hook_name_out, training_architecture, training_architecture_details } =
    cfg.metadata;
  return {
    architecture: training_architecture ?? rule,
    d_in,
    d_sae,
    hook_name,
    k: k ?? training_architecture_details?.k ?? null,
    d_out: transcoder?.d_out ?? null,
    hook_name_out: (transcoder && hook_name_out) ?? null,
    skip_connection: transcoder?.skip ?? false,
  };
}

/** The tensors of sae_weights.safetensors. SAELens stores W_skip as [d_out, d_in]. */
export function tensorShapes(cfg: SaelensCfg): Record<string, number[]> {
  const { rule, d_in, d_sae, transcoder } = readCfg(cfg);
  const d_out = transcoder?.d_out ?? d_in;
  return {
    W_enc: [d_in, d_sae],
    ...(rule === "gated"
      ? { b_gate: [d_sae], r_mag: [d_sae], b_mag: [d_sae] }
      : { b_enc: [d_sae] }),
    W_dec: [d_sae, d_out],
    b_dec: [d_out],
    ...(rule === "jumprelu" && { threshold: [d_sae] }),
    ...(transcoder?.skip && { W_skip: [d_out, d_in] }),
  };
}
