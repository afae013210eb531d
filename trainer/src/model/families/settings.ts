import { z } from "zod";

/*
 * Pieces of the schemas of config.json. Each family lists every key that it knows: a key in no list may change
 * the numbers, so it is refused and not passed over.
 */

export const size = z.int().positive();
export const positive = z.number().positive();
export const fraction = z.number().min(0).max(1);

/** A feature that no forward pass here has: its key may be there, switched off. */
export const off = z.literal([false, null], { error: "not supported (expected false or null)" });

/** Names of activation functions, and the operation that each is. */
const activations = {
  gelu: "gelu",
  gelu_new: "geluTanh",
  gelu_fast: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
  silu: "silu",
} as const;
export type Activation = (typeof activations)[keyof typeof activations];

const activationNames = Object.keys(activations) as (keyof typeof activations)[];
export const activation = z
  .enum(activationNames, {
    error: ({ input }) =>
      `${JSON.stringify(input)} is not supported (expected ${activationNames.join(", ")})`,
  })
  .transform((name) => activations[name]);

/** Keys that any config.json may have. */
export const commonKeys = {
  ...ignored(
    "architectures _name_or_path _commit_hash transformers_version torch_dtype dtype use_cache",
    "_attn_implementation _attn_implementation_autoset attn_implementation gradient_checkpointing",
    "initializer_range eos_token_id pad_token_id sep_token_id unk_token_id decoder_start_token_id",
    "forced_bos_token_id forced_eos_token_id tokenizer_class prefix task_specific_params",
    "finetuning_task problem_type num_labels id2label label2id classifier_dropout is_decoder",
    "return_dict return_dict_in_generate output_scores output_attentions output_hidden_states",
    "torchscript tf_legacy_loss remove_invalid_values max_length min_length do_sample early_stopping",
    "num_beams num_beam_groups num_return_sequences diversity_penalty temperature top_k top_p typical_p",
    "repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids",
    "exponential_decay_length_penalty suppress_tokens begin_suppress_tokens",
    "chunk_size_feed_forward cross_attention_hidden_size unsloth_fixed unsloth_version",
  ),
  bos_token_id: z.int().nonnegative().nullable().default(null),
  quantization_config: off.optional(),
  is_encoder_decoder: off.optional(),
  add_cross_attention: off.optional(),
  tie_encoder_decoder: off.optional(),
  use_bfloat16: off.optional(),
  pruned_heads: z.strictObject({}).optional(),
};

/** The sizes, where a family has the usual names for them. */
export const sizeKeys = {
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size,
};

/** Keys that change no number. */
export function ignored(...keys: string[]): Record<string, z.ZodOptional<z.ZodUnknown>> {
  const names = keys.join(" ").split(" ");
  return Object.fromEntries(names.map((key) => [key, z.unknown().optional()]));
}

/** What one thing's several names say; refused where they say different things. */
export function agreed(
  ctx: z.RefinementCtx,
  given: Record<string, number | undefined>,
): number | undefined {
  const [first, ...others] = Object.entries(given).filter(([, value]) => value !== undefined);
  const other = others.find(([, value]) => value !== first[1]);
  if (other) refuse(ctx, first[0], `${first[1]}, but ${other[0]} is ${other[1]}`);
  return first?.[1];
}

export function refuse(ctx: z.RefinementCtx, key: string, message: string): void {
  ctx.addIssue({ code: "custom", path: [key], message });
}

/** d_model / n_heads, refused where it is not whole; `key` is the family's name for n_heads. */
export function headSize(
  ctx: z.RefinementCtx,
  d_model: number,
  n_heads: number,
  key = "num_attention_heads",
): number {
  if (d_model % n_heads !== 0) refuse(ctx, key, `${n_heads} does not divide the width ${d_model}`);
  return d_model / n_heads;
}
