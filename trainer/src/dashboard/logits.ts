import type { FeatureRecord } from "../bundle/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Largest } from "./largest.ts";
import { productBlocks } from "./products.ts";

export type LogitEffects = Pick<
  FeatureRecord,
  | "top_logit_tokens"
  | "top_logit_values"
  | "bottom_logit_tokens"
  | "bottom_logit_values"
  | "logit_histogram"
  | "logit_min"
  | "logit_max"
>;

/** Each feature's direct effect on the logits, W_dec [d_sae, d_model] · W_U, from W_Uᵀ [d_vocab, d_model]. */
export async function logitEffects(
  W_dec: Tensor,
  W_UT: Tensor,
  {
    top_logits,
    histogram_bins,
    threads,
  }: { top_logits: number; histogram_bins: number; threads: number },
  report: (done: number) => void,
): Promise<LogitEffects[]> {
  const d_vocab = W_UT.shape[0];
  const largest = new Largest(Math.min(top_logits, d_vocab));
  const effects: LogitEffects[] = [];
  for await (const { block } of productBlocks(W_dec, W_UT, threads)) {
    for (let at = 0; at < block.data.length; at += d_vocab) {
      const row = block.data.subarray(at, at + d_vocab);
      const top = largest.find(row);
      const bottom = largest.find(row, { sign: -1 });
      const [logit_min, logit_max] = [bottom.values[0], top.values[0]];
      effects.push({
        top_logit_tokens: top.places,
        top_logit_values: top.values,
        bottom_logit_tokens: bottom.places,
        bottom_logit_values: bottom.values,
        logit_histogram: histogram(row, logit_min, logit_max, histogram_bins),
        logit_min,
        logit_max,
      });
    }
    report(effects.length);
  }
  return effects;
}

/** Where the hook's width is not d_model there is no direct effect on the logits. */
export const noLogitEffects: LogitEffects = {
  top_logit_tokens: [],
  top_logit_values: [],
  bottom_logit_tokens: [],
  bottom_logit_values: [],
  logit_histogram: [],
  logit_min: 0,
  logit_max: 0,
};

/** Counts in equal bins over [min, max]. */
function histogram(row: Float32Array, min: number, max: number, bins: number): number[] {
  const counts: number[] = new Array(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (const value of row) counts[Math.min(bins - 1, Math.floor((value - min) * scale))]++;
  return counts;
}
