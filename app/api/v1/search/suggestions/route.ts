import { suggestionsQuery } from "@/server/api/search-schemas.ts";
import { jsonRoute, queryOf } from "@/server/http.ts";
import { suggest } from "@/server/queries/suggest.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const { q } = queryOf(request, suggestionsQuery);
  return { suggestions: await suggest(await viewerOf(request), q) };
});
