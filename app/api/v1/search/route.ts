import { searchQuery } from "@/lib/search-query.ts";
import { jsonRoute, queryOf } from "@/server/http.ts";
import { search } from "@/server/queries/search.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) =>
  search(await viewerOf(request), queryOf(request, searchQuery)),
);
