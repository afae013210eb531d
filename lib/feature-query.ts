import { z } from "zod";
import { readQuery, type SearchParams, saidQuery } from "./search-params.ts";
import { type FeatureQuery, featureSorts } from "./views.ts";

const density = z.coerce.number().min(0).max(1);

/** What may stand in the address of a feature table, and what holds when it does not. */
export const featureQuery = z.object({
  sort: z.enum(featureSorts).default("index"),
  order: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(200).default(50),
  state: z.enum(["all", "alive", "dead"]).default("all"),
  search: z.string().trim().max(200).default(""),
  density_min: density.nullable().default(null),
  density_max: density.nullable().default(null),
});

export function readFeatureQuery(params: SearchParams): FeatureQuery {
  return readQuery(featureQuery, params);
}

/** The parts of a query that differ from the defaults: the shortest address that says the same. */
export function shortQuery(query: FeatureQuery): Partial<Record<keyof FeatureQuery, string>> {
  return saidQuery(featureQuery, query);
}
