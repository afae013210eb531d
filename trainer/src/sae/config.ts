import { z } from "zod";

export const saeConfig = z.object({
  architecture: z
    .enum(["standard", "topk"])
    .default("topk")
    .describe("sparsifying rule: standard (ReLU and an L1 penalty) or topk"),
  d_sae: z.int().positive().default(2048).describe("number of features"),
  k: z.int().positive().default(32).describe("active features per token (topk)"),
  l1_coefficient: z
    .number()
    .nonnegative()
    .default(1)
    .describe("weight of the L1 penalty (standard), for inputs scaled to mean norm √d_in"),
});

/** Whether there are as many features as shall be active. */
export function kFits({ architecture, k, d_sae }: z.infer<typeof saeConfig>): boolean {
  return architecture !== "topk" || k <= d_sae;
}

/** What must be known of an SAE to run it. `k` is null where the architecture has none. */
export type SaeConfig = {
  architecture: z.infer<typeof saeConfig>["architecture"];
  d_in: number;
  d_sae: number;
  k: number | null;
};
