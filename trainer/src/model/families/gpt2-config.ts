import { z } from "zod";
import type { ModelConfig } from "./family.ts";
import {
  type Activation,
  activation,
  commonKeys,
  headSize,
  ignored,
  off,
  positive,
  size,
} from "./settings.ts";

export type Gpt2Config = ModelConfig & {
  layer_norm_eps: number;
  activation: Activation;
  /** W_U is W_E transposed */
  tied_embeddings: boolean;
};

const keys = {
  ...commonKeys,
  ...ignored(
    "attn_pdrop embd_pdrop resid_pdrop n_ctx _num_labels output_past summary_type",
    "summary_use_proj summary_activation summary_proj_to_labels summary_first_dropout",
    "reorder_and_upcast_attn", // the order of rounding in half precision
  ),
  model_type: z.literal("gpt2"),
  activation_function: activation.default("geluTanh"),
  n_embd: size,
  n_layer: size,
  n_head: size,
  n_inner: size.nullish(),
  n_positions: size,
  vocab_size: size,
  layer_norm_epsilon: positive.default(1e-5),
  scale_attn_weights: z.literal(true, { error: "not supported (expected true)" }).optional(),
  scale_attn_by_inverse_layer_idx: off.optional(),
  tie_word_embeddings: z.boolean().default(true),
};

/** config.json as it is, and as the forward pass wants it. */
export const gpt2Settings: z.ZodType<Omit<Gpt2Config, "id">> = z
  .strictObject(keys)
  .transform((json, ctx) => ({
    model_type: json.model_type,
    n_layers: json.n_layer,
    d_model: json.n_embd,
    n_heads: json.n_head,
    n_kv_heads: json.n_head,
    d_head: headSize(ctx, json.n_embd, json.n_head, "n_head"),
    d_mlp: json.n_inner ?? 4 * json.n_embd,
    d_vocab: json.vocab_size,
    n_ctx: json.n_positions,
    bos_token_id: json.bos_token_id,
    parallel_residual: false,
    layer_norm_eps: json.layer_norm_epsilon,
    activation: json.activation_function,
    tied_embeddings: json.tie_word_embeddings,
  }));
