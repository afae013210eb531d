import { z } from "zod";
import type { ModelConfig } from "./family.ts";
import { type Rope, ropeKeys, ropeOf } from "./rope.ts";
import {
  type Activation,
  activation,
  commonKeys,
  fraction,
  headSize,
  ignored,
  off,
  positive,
  refuse,
  sizeKeys,
} from "./settings.ts";

export type GptNeoxConfig = ModelConfig & {
  /** of each head's d_head numbers, the first so many are rotated by position */
  rotary_dim: number;
  rope: Rope;
  layer_norm_eps: number;
  activation: Activation;
  attention_bias: boolean;
  /** W_U is W_E transposed */
  tied_embeddings: boolean;
};

const keys = {
  ...commonKeys,
  ...sizeKeys,
  ...ropeKeys,
  ...ignored("attention_dropout hidden_dropout attention_probs_dropout_prob hidden_dropout_prob"),
  model_type: z.literal("gpt_neox"),
  hidden_act: activation.default("gelu"),
  layer_norm_eps: positive.default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  rotary_pct: fraction.optional(),
  rotary_emb_base: positive.optional(),
  sliding_window: off.optional(),
};

/** config.json as it is, and as the forward pass wants it. */
export const gptNeoxSettings: z.ZodType<Omit<GptNeoxConfig, "id">> = z
  .strictObject(keys)
  .transform((json, ctx) => {
    const { hidden_size: d_model, num_attention_heads: n_heads } = json;
    const d_head = headSize(ctx, d_model, n_heads);
    const { rope, rotated = 0.25 } = ropeOf(json, ctx, {
      theta: { rotary_emb_base: json.rotary_emb_base },
      part: { rotary_pct: json.rotary_pct },
    });
    const rotary_dim = Math.floor(d_head * rotated);
    if (rotary_dim % 2 !== 0)
      refuse(
        ctx,
        "rotary_pct",
        `${rotated} of ${d_head} rotates ${rotary_dim} numbers of each head (expected an even number)`,
      );
    return {
      model_type: json.model_type,
      n_layers: json.num_hidden_layers,
      d_model,
      n_heads,
      n_kv_heads: n_heads,
      d_head,
      d_mlp: json.intermediate_size,
      d_vocab: json.vocab_size,
      n_ctx: json.max_position_embeddings,
      bos_token_id: json.bos_token_id,
      parallel_residual: json.use_parallel_residual,
      rotary_dim,
      rope,
      layer_norm_eps: json.layer_norm_eps,
      activation: json.hidden_act,
      attention_bias: json.attention_bias,
      tied_embeddings: json.tie_word_embeddings,
    };
  });
