import type { ModelConfig } from "../config.ts";
import type { Hook, Ops } from "../ops.ts";

/** An architecture: one file each, the forward pass as short as the paper's equations. */
export type Family = {
  /** ln_final(x) from token ids [n]; every hook is called, in order */
  forward<T>(o: Ops<T>, config: ModelConfig, tokens: T, hook: Hook<T>): T;
  /** Every weight that the forward pass reads, with its shape as it is stored. */
  weights(config: ModelConfig): Map<string, number[]>;
  /** Tensors that checkpoints carry and that the forward pass computes for itself. */
  buffers: RegExp;
  /** the weight that holds W_Uᵀ [d_vocab, d_model] */
  unembedding(config: ModelConfig): string;
};
