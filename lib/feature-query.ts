import { z } from "zod";
import { firstOf, type SearchParams } from "./search-params.ts";
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

/** The query of an address; a part that makes no sense counts as absent, so no link is ever broken. */
export function readFeatureQuery(params: SearchParams): FeatureQuery {
  const given = Object.entries(featureQuery.shape).flatMap(([key, field]) => {
    const text = firstOf(params[key]);
    return text !== "" && field.safeParse(text).success ? [[key, text]] : [];
  });
  return featureQuery.parse(Object.fromEntries(given));
}

/** The parts of a query that differ from the defaults: the shortest address that says the same. */
export function shortQuery(query: FeatureQuery): Partial<Record<keyof FeatureQuery, string>> {
  const defaults = featureQuery.parse({});
  const keys = Object.keys(defaults) as (keyof FeatureQuery)[];
  const said = keys.filter((key) => query[key] !== defaults[key] && query[key] !== null);
  return Object.fromEntries(said.map((key) => [key, String(query[key])]));
}
