import type { ModelConfig } from "./config.ts";
import type { Family } from "./families/family.ts";
import type { Batch } from "./ops.ts";
import type { Weights } from "./weights.ts";

export type EngineInput = { family: Family; config: ModelConfig; weights: Weights };

export type Losses = { ce_x: Float32Array; ce_xHat: Float32Array; kl: Float32Array };

/**
 * What computes a model's forward pass, or the part of it that is asked for: nothing behind the last hook that is
 * wanted, nothing before the one that is patched. Inputs are checked by its caller.
 */
export type Engine = {
  /** with its version and where it runs, as manifests name it */
  name: string;
  /** Activations at hooks, [n, width] each, and "logits". */
  hooks(batch: Batch, tokens: Int32Array, names: string[]): Promise<Record<string, Float32Array>>;
  /** Next-token CE [contexts · (context_size − 1)] with `patched` [n, width] in the hook's place. */
  ce(
    batch: Batch,
    tokens: Int32Array,
    hook_name: string,
    patched: Float32Array,
  ): Promise<Float32Array>;
  /** CE with x and with x̂ in the hook's place, and KL(p_x ‖ p_x̂). */
  compare(
    batch: Batch,
    tokens: Int32Array,
    hook_name: string,
    x: Float32Array,
    xHat: Float32Array,
  ): Promise<Losses>;
  dispose(): Promise<void>;
};

/** The token after each position but a context's last: what the losses are about. */
export function nextTokens(tokens: Int32Array, context_size: number): Int32Array {
  return tokens.filter((_, i) => i % context_size !== 0);
}
