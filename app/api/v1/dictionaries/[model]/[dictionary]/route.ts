import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getDictionary } from "@/server/queries/dictionaries.ts";

type Named = Params<{ model: string; dictionary: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const { revision } = queryOf(request, revisionQuery);
  return getDictionary(model, dictionary, revision);
});
