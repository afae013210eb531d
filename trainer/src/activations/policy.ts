import type { TokenPolicy } from "../bundle/index.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { HarvestConfig } from "./config.ts";

/** The policy that a configuration asks for, given the tokenizer's special tokens. */
export function toTokenPolicy(
  config: Pick<HarvestConfig, "exclude_first_position" | "exclude_special_tokens">,
  special_ids: number[],
): TokenPolicy {
  return {
    exclude_first_position: config.exclude_first_position,
    exclude_token_ids: config.exclude_special_tokens ? special_ids : [],
  };
}

/** Which positions of flattened contexts are trained on, measured and shown: 1 where counted. */
export function countedPositions(
  tokens: Int32Array,
  context_size: number,
  { exclude_first_position, exclude_token_ids }: TokenPolicy,
): Uint8Array {
  const excluded = new Set(exclude_token_ids);
  return Uint8Array.from(tokens, (token, i) =>
    (exclude_first_position && i % context_size === 0) || excluded.has(token) ? 0 : 1,
  );
}

export function countOf(mask: Uint8Array): number {
  return mask.reduce((sum, counted) => sum + counted, 0);
}

/** The rows of x [n, d_in] whose mask is 1. */
export function countedRows(x: Tensor, mask: Uint8Array): Tensor {
  const d_in = x.shape[1];
  const out = zeros(countOf(mask), d_in);
  for (let i = 0, at = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    out.data.set(x.data.subarray(i * d_in, (i + 1) * d_in), at);
    at += d_in;
  }
  return out;
}
