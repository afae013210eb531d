import { z } from "zod";

/** Which token positions are kept one by one. */
export const datapointsConfig = z.object({
  datapoints: z
    .int()
    .nonnegative()
    .default(20_000)
    .describe("token positions to sample, uniformly, for datapoints.parquet"),
  worst_fraction: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("share of all measured positions, the worst by CE-diff, to keep beside the sample"),
  best_datapoints: z
    .int()
    .nonnegative()
    .default(50)
    .describe("positions with the lowest CE-diff to keep as well"),
  shown_contexts: z
    .int()
    .nonnegative()
    .default(20)
    .describe(
      "contexts with the worst, and with the best positions, of which every position is kept",
    ),
});
export type DatapointsConfig = z.infer<typeof datapointsConfig>;

export const evaluateConfig = z.object({
  eval_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("held-out tokens to measure on; null: all of them"),
  ...datapointsConfig.shape,
});
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
