import { layerValues } from "trainer/bundle";
import { z } from "zod";
import { paretoQuery } from "./pareto-query.ts";

const metrics = Object.keys(layerValues.shape) as [keyof typeof layerValues.shape];

/** What may stand in the address of a model's page, and what holds when it does not. */
export const modelQuery = z.object({
  /** of the plot of its dictionaries */
  ...paretoQuery.omit({ model: true }).shape,
  /** of the per-layer table: the order of the forward pass, or a metric */
  sort: z.enum(["hook", ...metrics]).default("hook"),
  order: z.enum(["asc", "desc"]).default("asc"),
  /** of the heatmap across layers */
  correlation: z.enum(["spearman", "pearson"]).default("spearman"),
});
export type ModelQuery = z.output<typeof modelQuery>;
