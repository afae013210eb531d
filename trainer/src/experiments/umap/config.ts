import { z } from "zod";
import { umapSpaces } from "../../bundle/experiments/umap.ts";

export const umapConfig = z.object({
  over: z
    .enum(umapSpaces)
    .default("features")
    .describe("what datapoints are compared by: x, feature activations, or x − x̂"),
  points: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("datapoints to lay out, chosen at random; null: all there are"),
  neighbours: z
    .int()
    .min(2)
    .max(200)
    .default(15)
    .describe("nearest datapoints that each is held to, itself counted"),
  epochs: z.int().positive().max(10_000).default(200).describe("steps of the layout"),
  seed: z
    .int()
    .nonnegative()
    .default(0)
    .describe("where datapoints begin, which are chosen, and which contexts are held out"),
});
