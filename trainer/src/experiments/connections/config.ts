import { z } from "zod";
import { connectionVariants } from "../../bundle/index.ts";

export const connectConfig = z.object({
  variant: z
    .enum([...connectionVariants, "both"])
    .default("both")
    .describe("F2 ≈ W F1, F2 ≈ ReLU(W' F1), or both"),
  l1: z
    .number()
    .positive()
    .default(0.03)
    .describe("weight of Σ|W|, with every feature in units of its root mean square"),
  bias: z
    .boolean()
    .default(false)
    .describe("whether each output feature has a constant of its own"),
  tokens: z.int().positive().default(100_000).describe("tokens of the training text to learn from"),
  held_out_tokens: z
    .int()
    .positive()
    .default(100_000)
    .describe("tokens of the held-out text to measure on, or as many as there are"),
  seed: z.int().nonnegative().default(0).describe("which contexts of the training text are taken"),
});
export type ConnectConfig = z.output<typeof connectConfig>;
