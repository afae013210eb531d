import { z } from "zod";
import { saidQuery } from "./search-params.ts";
import { type CompareQuery, compareShows } from "./views.ts";

const address = z.string().trim().max(300);
const revision = z.string().regex(/^([0-9a-f]{64})?$/);

/** What may stand in the address of a comparison, and what holds when it does not. */
export const compareQuery = z.object({
  a: address.default("").describe("model/dictionary"),
  b: address.default("").describe("model/dictionary"),
  a_revision: revision.default("").describe("sha256 of a revision of a; the newest by default"),
  b_revision: revision.default("").describe("sha256 of a revision of b; the newest by default"),
  threshold: z.coerce.number().min(-1).max(1).default(0.5).describe("of being alike, a cosine"),
  show: z.enum(compareShows).default("matches"),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});

/** What asks for a comparison. */
export const compareRequest = compareQuery.pick({
  a: true,
  b: true,
  a_revision: true,
  b_revision: true,
});

/** The parts of a query that differ from the defaults. */
export function shortCompare(query: Partial<CompareQuery>): Record<string, string> {
  return saidQuery(compareQuery, compareQuery.parse(query));
}
