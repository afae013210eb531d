import "server-only";
import type { SearchPlace, SearchQuery, SearchView, Viewer } from "@/lib/views.ts";
import { findAddress } from "./find-address.ts";
import { searchLabels } from "./search-labels.ts";
import { searchNames } from "./search-names.ts";
import { searchTokens } from "./search-tokens.ts";

/** What is found for the text in each of the places where it was looked for. */
export async function search(viewer: Viewer, query: SearchQuery): Promise<SearchView> {
  const look = <T>(place: SearchPlace, find: () => Promise<T>): Promise<T | null> =>
    query.in === "all" || query.in === place ? find() : Promise.resolve(null);
  const [address, names, labels, tokens] = await Promise.all([
    query.q === "" ? null : findAddress(viewer, query.q),
    look("names", () => searchNames(viewer, query.q)),
    look("labels", () => searchLabels(viewer, query)),
    look("tokens", () => searchTokens(viewer, query)),
  ]);
  return { query, address, names, labels, tokens };
}
