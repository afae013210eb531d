import { architectures, type MetricName } from "trainer/bundle";
import { z } from "zod";
import type { DictionarySummary } from "./views.ts";

export const paretoMetrics = [
  "ce_loss_recovered",
  "ce_diff",
  "fvu",
] as const satisfies MetricName[];

export const paretoMarks = ["architecture", "layer", "model"] as const;

/** What may stand in the address of a page that plots dictionaries, and what holds when it does not; empty: all. */
export const paretoQuery = z.object({
  /** what stands upwards */
  y: z.enum(paretoMetrics).default("ce_loss_recovered"),
  /** what the marks tell apart */
  by: z.enum(paretoMarks).default("architecture"),
  model: z.string().max(100).default(""),
  architecture: z.enum(["", ...architectures]).default(""),
  layer: z.string().max(10).default(""),
});
export type ParetoQuery = z.output<typeof paretoQuery>;

/** Those that pass the query's filters. */
export function filtered<D extends Pick<DictionarySummary, "model" | "architecture" | "layer">>(
  dictionaries: readonly D[],
  { model, architecture, layer }: Omit<ParetoQuery, "y" | "by">,
): D[] {
  return dictionaries.filter(
    (one) =>
      (model === "" || one.model === model) &&
      (architecture === "" || one.architecture === architecture) &&
      (layer === "" || layerName(one.layer) === layer),
  );
}

/** A layer as it stands in an address and in a list; what is at no layer, such as the embedding, by that. */
export function layerName(layer: number | null): string {
  return layer === null ? "none" : String(layer);
}
