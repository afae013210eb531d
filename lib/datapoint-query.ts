import { datapointOrigins } from "trainer/bundle";
import { z } from "zod";
import { readQuery, type SearchParams, saidQuery } from "./search-params.ts";
import { type DatapointQuery, datapointSorts } from "./views.ts";

const bound = z.coerce.number().nullable().default(null);

/** What may stand in the address of a table of datapoints, and what holds when it does not: the worst first. */
export const datapointQuery = z.object({
  sort: z.enum(datapointSorts).default("ce_diff"),
  order: z.enum(["asc", "desc"]).default("desc"),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  per_page: z.coerce.number().int().min(1).max(200).default(50),
  origin: z.enum(["all", ...datapointOrigins]).default("all"),
  token: z.string().max(200).default("").describe("text that the token contains"),
  min: bound.describe("least value of what is sorted by"),
  max: bound.describe("largest value of what is sorted by"),
});

export function readDatapointQuery(params: SearchParams): DatapointQuery {
  return readQuery(datapointQuery, params);
}

/** The parts of a query that differ from the defaults. */
export function shortDatapointQuery(query: DatapointQuery): Record<string, string> {
  return saidQuery(datapointQuery, query);
}
