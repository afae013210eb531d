import { dictionariesQuery } from "@/server/api/schemas.ts";
import { jsonRoute, queryOf } from "@/server/http.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const query = queryOf(request, dictionariesQuery);
  return { dictionaries: await listDictionaries(await viewerOf(request), query) };
});
