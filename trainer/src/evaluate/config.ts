import { z } from "zod";

export const evaluateConfig = z.object({
  eval_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("held-out tokens to measure on; null: all of them"),
  datapoints: z
    .int()
    .nonnegative()
    .default(2000)
    .describe("sampled token positions in datapoints.parquet"),
});
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
