import { z } from "zod";
import { outlineText } from "./outline.ts";
import { readQuery, type SearchParams, saidQuery } from "./search-params.ts";
import { type FeatureQuery, featureSorts } from "./views.ts";

const bound = z.coerce.number().nullable().default(null);
const density = z.coerce.number().min(0).max(1).nullable().default(null);

/** What may stand in the address of a feature table, and what holds when it does not. */
export const featureQuery = z.object({
  sort: z.enum(featureSorts).default("index"),
  order: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(200).default(50),
  state: z.enum(["all", "alive", "dead", "labelled"]).default("all"),
  search: z.string().trim().max(200).default("").describe("an index, or part of a top token"),
  label: z.string().trim().max(200).default("").describe("part of a label"),
  within: outlineText.default("").describe("corners of an outline on the map: x,y x,y x,y …"),
  density_min: density,
  density_max: density,
  max_activation_min: bound,
  max_activation_max: bound,
  nearest_cosine_min: bound,
  nearest_cosine_max: bound,
  encoder_decoder_cosine_min: bound,
  encoder_decoder_cosine_max: bound,
  decoder_norm_min: bound,
  decoder_norm_max: bound,
});

export function readFeatureQuery(params: SearchParams): FeatureQuery {
  return readQuery(featureQuery, params);
}

/** The parts of a query that differ from the defaults: the shortest address that says the same. */
export function shortQuery(query: FeatureQuery): Partial<Record<keyof FeatureQuery, string>> {
  return saidQuery(featureQuery, query);
}

/** Everything but what is shown of it and in which order. */
export function filtersOf(query: FeatureQuery): Partial<Record<keyof FeatureQuery, string>> {
  const { sort, order, page, per_page, ...filters } = shortQuery(query);
  return filters;
}
