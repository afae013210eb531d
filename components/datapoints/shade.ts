import type { CSSProperties } from "react";

/** What is drawn at all; less than this is the paper's own colour. */
const least = 0.005; // nats

/** The largest |CE-diff| of the colour's scale, so that a quiet text does not look like a loud one. */
const narrowest = 0.5; // nats

/** Both ends of the colour's scale for these CE-diffs, in nats. */
export function shadeRange(ce_diffs: readonly number[]): number {
  return ce_diffs.reduce((range, value) => Math.max(range, Math.abs(value)), narrowest);
}

/**
 * How a token is coloured: worse with x̂ in one hue, better in another and underlined, and the share of
 * the hue is the square root of |CE-diff| / range, since the tail is long.
 */
export function shadeOf(
  ce_diff: number,
  range: number,
): { className: string; style?: CSSProperties } {
  if (!(Math.abs(ce_diff) >= least)) return { className: "token" };
  const share = Math.sqrt(Math.min(1, Math.abs(ce_diff) / range));
  const style = { "--a": share.toFixed(3) } as CSSProperties;
  return { className: ce_diff > 0 ? "token" : "token token-better", style };
}
