import { z } from "zod";
import { BundleError } from "../bundle/errors.ts";

/** The sizes of a GPT-NeoX, under TransformerLens' names. */
export type ModelConfig = {
  id: string;
  n_layers: number;
  d_model: number;
  n_heads: number;
  /** keys and values; fewer than n_heads when groups of heads share them */
  n_kv_heads: number;
  d_head: number;
  d_mlp: number;
  d_vocab: number;
  n_ctx: number;
  /** of each head's d_head numbers, the first so many are rotated by position */
  rotary_dim: number;
  rotary_base: number;
  layer_norm_eps: number;
  /** attention and MLP both read the stream before the block */
  parallel_residual: boolean;
  attention_bias: boolean;
  /** W_U is W_E transposed */
  tied_embeddings: boolean;
};

const size = z.int().positive();

/** Hugging Face's config.json, as far as it changes the numbers that come out. */
const huggingFace = z.object({
  model_type: z.literal("gpt_neox"),
  hidden_act: z.literal("gelu").default("gelu"),
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size,
  layer_norm_eps: z.number().positive().default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  rotary_pct: z.number().min(0).max(1).optional(),
  rotary_emb_base: z.number().positive().optional(),
  rope_scaling: z.null().optional(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().min(0).max(1).optional(),
  quantization_config: z.null().optional(),
  sliding_window: z.null().optional(),
  /** transformers ≥ 5 writes the rotary settings here */
  rope_parameters: z
    .strictObject({
      rope_type: z.literal("default").default("default"),
      rope_theta: z.number().positive().optional(),
      partial_rotary_factor: z.number().min(0).max(1).optional(),
    })
    .nullish(),
});

/** Reads config.json's text; refuses by name what this forward pass does not compute. */
export function parseModelConfig(text: string, path: string, id: string): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${path}: not JSON`, { cause });
  }
  const parsed = huggingFace.safeParse(json);
  if (!parsed.success) {
    const [{ path: key, message }] = parsed.error.issues;
    throw new BundleError(`${path}: ${key.join(".") || "the whole"}: ${message}`);
  }
  const { hidden_size: d_model, num_attention_heads: n_heads, ...rest } = parsed.data;
  const d_head = d_model / n_heads;
  if (!Number.isInteger(d_head))
    throw new BundleError(
      `${path}: hidden_size ${d_model} is not divisible by num_attention_heads ${n_heads}`,
    );
  const rope = rest.rope_parameters;
  const fraction =
    rope?.partial_rotary_factor ?? rest.partial_rotary_factor ?? rest.rotary_pct ?? 0.25;
  const rotary_dim = Math.floor(d_head * fraction);
  if (rotary_dim % 2 !== 0)
    throw new BundleError(
      `${path}: ${fraction} of ${d_head} rotates ${rotary_dim} numbers of each head (expected an even number)`,
    );
  return {
    id,
    n_layers: rest.num_hidden_layers,
    d_model,
    n_heads,
    n_kv_heads: n_heads,
    d_head,
    d_mlp: rest.intermediate_size,
    d_vocab: rest.vocab_size,
    n_ctx: rest.max_position_embeddings,
    rotary_dim,
    rotary_base: rope?.rope_theta ?? rest.rope_theta ?? rest.rotary_emb_base ?? 10_000,
    layer_norm_eps: rest.layer_norm_eps,
    parallel_residual: rest.use_parallel_residual,
    attention_bias: rest.attention_bias,
    tied_embeddings: rest.tie_word_embeddings,
  };
}
