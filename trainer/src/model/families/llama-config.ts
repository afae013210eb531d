import { z } from "zod";
import type { ModelConfig } from "./family.ts";
import { type Rope, ropeKeys, ropeOf } from "./rope.ts";
import {
  type Activation,
  activation,
  commonKeys,
  headSize,
  ignored,
  off,
  positive,
  refuse,
  size,
  sizeKeys,
} from "./settings.ts";

export type LlamaConfig = ModelConfig & {
  rope: Rope;
  rms_norm_eps: number;
  activation: Activation;
  /** which linear layers have biases */
  qkv_bias: boolean;
  o_bias: boolean;
  mlp_bias: boolean;
  /** W_U is W_E transposed */
  tied_embeddings: boolean;
};

const shared = {
  ...commonKeys,
  ...sizeKeys,
  ...ropeKeys,
  ...ignored("attention_dropout pretraining_tp"),
  hidden_act: activation.default("silu"),
  head_dim: size.nullish(),
  rms_norm_eps: positive.default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
};

const llamaKeys = z
  .strictObject({
    ...shared,
    ...ignored("is_llama_config"),
    model_type: z.literal("llama"),
    num_key_value_heads: size.nullish(),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    rope_interleaved: off.optional(),
  })
  .transform(({ attention_bias, ...json }) => ({
    ...json,
    qkv_bias: attention_bias,
    o_bias: attention_bias,
    window: null,
  }));

/** Attention reaches back over a window. */
const mistralKeys = z
  .strictObject({
    ...shared,
    model_type: z.literal("mistral"),
    num_key_value_heads: size.nullable(),
    sliding_window: size.nullable().default(4096),
  })
  .transform(({ sliding_window, ...json }) => ({
    ...json,
    qkv_bias: false,
    o_bias: false,
    mlp_bias: false,
    window: sliding_window,
  }));

/** Biases on queries, keys and values; a window only where it is asked for. */
const qwen2Keys = z
  .strictObject({
    ...shared,
    ...ignored("max_window_layers"),
    model_type: z.literal("qwen2"),
    num_key_value_heads: size.nullable(),
    use_sliding_window: z.boolean().default(false),
    sliding_window: size.nullable().default(4096),
    layer_types: z.array(z.enum(["full_attention", "sliding_attention"])).nullish(),
    use_mrope: off.optional(),
  })
  .transform(({ use_sliding_window, layer_types, sliding_window, ...json }) => {
    const slides = use_sliding_window || layer_types?.includes("sliding_attention");
    return {
      ...json,
      qkv_bias: true,
      o_bias: false,
      mlp_bias: false,
      window: slides ? sliding_window : null,
    };
  });

/** config.json as it is, and as the forward pass wants it. */
export const llamaSettings: z.ZodType<Omit<LlamaConfig, "id">> = z
  .discriminatedUnion("model_type", [llamaKeys, mistralKeys, qwen2Keys])
  .transform((json, ctx) => {
    const { hidden_size: d_model, num_attention_heads: n_heads } = json;
    const n_kv_heads = json.num_key_value_heads ?? n_heads;
    if (n_heads % n_kv_heads !== 0)
      refuse(ctx, "num_key_value_heads", `${n_kv_heads} does not divide the ${n_heads} heads`);
    const d_head = json.head_dim ?? headSize(ctx, d_model, n_heads);
    if (d_head % 2 !== 0) refuse(ctx, "head_dim", `${d_head} numbers cannot be rotated in pairs`);
    const { rope, rotated = 1 } = ropeOf(json, ctx, {});
    if (rotated !== 1)
      refuse(ctx, "partial_rotary_factor", `${rotated} is not supported (expected 1)`);
    return {
      model_type: json.model_type,
      n_layers: json.num_hidden_layers,
      d_model,
      n_heads,
      n_kv_heads,
      d_head,
      d_mlp: json.intermediate_size,
      d_vocab: json.vocab_size,
      // attention reaches back over a window: exact as long as the context fits into it
      n_ctx: Math.min(json.max_position_embeddings, json.window ?? Infinity),
      bos_token_id: json.bos_token_id,
      parallel_residual: false,
      rope,
      rms_norm_eps: json.rms_norm_eps,
      activation: json.hidden_act,
      qkv_bias: json.qkv_bias,
      o_bias: json.o_bias,
      mlp_bias: json.mlp_bias,
      tied_embeddings: json.tie_word_embeddings,
    };
  });
