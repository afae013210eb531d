import { z } from "zod";

const size = z.int().positive();

export const dashboardConfig = z.object({
  dashboard_tokens: size
    .default(400_000)
    .describe("tokens at the text's beginning that features and examples are taken from"),
  top_examples: size
    .default(20)
    .describe("examples with the largest activations, one per context at most"),
  intervals: size.default(5).describe("equal parts of (0, max activation] that are sampled"),
  interval_examples: size.default(5).describe("examples sampled from each interval"),
  example_window: size.default(40).describe("tokens shown around an example"),
  histogram_bins: size.default(40).describe("bins of the activation and logit histograms"),
  top_logits: size.default(10).describe("tokens promoted most, and as many suppressed most"),
  nearest: size.default(10).describe("features with the nearest decoder rows"),
});
export type DashboardConfig = z.infer<typeof dashboardConfig>;
