import { z } from "zod";
import { saidQuery } from "./search-params.ts";
import { type SearchQuery, searchPlaces } from "./views.ts";

/** What may stand in the address of a search, and what holds when it does not. */
export const searchQuery = z.object({
  q: z.string().trim().max(200).default("").describe("words, a name, or an address"),
  in: z.enum(searchPlaces).default("all").describe("where to look"),
  model: z.string().max(200).default("").describe("only of this model"),
  dictionary: z.string().max(200).default("").describe("only of the dictionary of this name"),
  page: z.coerce.number().int().min(1).max(10_000).default(1).describe("of what tokens find"),
});

/** The parts of a query that differ from the defaults: the shortest address that says the same. */
export function shortSearch(query: Partial<SearchQuery>): Record<string, string> {
  return saidQuery(searchQuery, searchQuery.parse(query));
}
