import "server-only";
import { z } from "zod";
import { searchQuery } from "@/lib/search-query.ts";
import {
  type LabelSearch,
  type NameSearch,
  type SearchView,
  type Suggestion,
  searchPlaces,
  suggestionKinds,
  type TokenSearch,
} from "@/lib/views.ts";
import { dictionarySummary, exampleView, modelSummary } from "./schemas.ts";

/* What search takes and answers; see schemas.ts. */

export const suggestionsQuery = searchQuery.pick({ q: true });

const tokenHit = z.object({
  index: z.int(),
  token: z.string(),
  activation: z.number().describe("the largest on that token in the feature's examples"),
  share: z.number().describe("activation / the feature's maximum; of several words the smallest"),
  label: z.string().nullable(),
  example: exampleView.nullable(),
});

const tokenSearch = z.object({
  words: z.array(z.object({ word: z.string(), tokens: z.array(z.string()) })),
  groups: z.array(
    z.object({
      model: z.string(),
      dictionary: z.string(),
      hook_name: z.string(),
      features: z.int(),
      cut: z.boolean().describe("whether the index left weaker features out"),
      hits: z.array(tokenHit),
    }),
  ),
  found: z.int().describe("dictionaries with a hit"),
  searched: z.int().describe("dictionaries that were looked through"),
  waiting: z.int().describe("dictionaries that are not indexed yet"),
  near: z.array(z.string()),
}) satisfies z.ZodType<TokenSearch>;

const nameSearch = z.object({
  models: z.array(modelSummary),
  dictionaries: z.array(dictionarySummary),
}) satisfies z.ZodType<NameSearch>;

const labelSearch = z.object({
  hits: z.array(
    z.object({
      model: z.string(),
      dictionary: z.string(),
      index: z.int(),
      text: z.string(),
      votes: z.int(),
    }),
  ),
  more: z.boolean().describe("whether some were left out"),
}) satisfies z.ZodType<LabelSearch>;

export const searchView = z.object({
  query: z.object({
    q: z.string(),
    in: z.enum(searchPlaces),
    model: z.string(),
    dictionary: z.string(),
    page: z.int(),
  }),
  address: z.string().nullable(),
  names: nameSearch.nullable(),
  labels: labelSearch.nullable(),
  tokens: tokenSearch.nullable(),
}) satisfies z.ZodType<SearchView>;

export const suggestionList = z.object({
  suggestions: z.array(
    z.object({
      kind: z.enum(suggestionKinds),
      text: z.string(),
      detail: z.string(),
      href: z.string(),
    }),
  ),
}) satisfies z.ZodType<{ suggestions: Suggestion[] }>;
