import type { z } from "zod";
import type { Hook, Ops } from "../ops.ts";

/** What every model has, under TransformerLens' names. */
export type ModelConfig = {
  id: string;
  /** the architecture, as config.json names it */
  model_type: string;
  n_layers: number;
  d_model: number;
  n_heads: number;
  /** keys and values; fewer than n_heads when groups of heads share them */
  n_kv_heads: number;
  d_head: number;
  d_mlp: number;
  d_vocab: number;
  /** positions from which on the numbers would no longer be the model's */
  n_ctx: number;
  /** the token that opens a text, where config.json names one */
  bos_token_id: number | null;
  /** attention and MLP both read the stream before the block, so there is no hook_resid_mid */
  parallel_residual: boolean;
};

/** An architecture: one file each, the forward pass as short as the paper's equations. */
export type Family<Config extends ModelConfig = ModelConfig> = {
  /** Hugging Face's config.json; refuses what the forward pass does not compute. */
  settings: z.ZodType<Omit<Config, "id">>;
  /** ln_final(x) from token ids [n]; every hook is called, in order */
  forward<T>(o: Ops<T>, config: Config, tokens: T, hook: Hook<T>): T;
  /** Every weight that the forward pass reads, with its shape as it is stored. */
  weights(config: Config): Map<string, number[]>;
  /** what the body's names begin with; a file may leave it out */
  prefix: string;
  /** Tensors that checkpoints carry and that the forward pass computes for itself. */
  buffers: RegExp;
  /** the name of a W_Uᵀ of the model's own; a tied model's file may hold it as a copy */
  head: string;
  /** the weight that holds W_Uᵀ [d_vocab, d_model] */
  unembedding(config: Config): string;
};
