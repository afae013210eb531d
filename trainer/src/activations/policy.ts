import type { TokenPolicy } from "../bundle/index.ts";

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
