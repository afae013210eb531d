import { featuresQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { listFeatures } from "@/server/queries/feature-table.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const { revision, ...query } = queryOf(request, featuresQuery);
  return listFeatures(await viewerOf(request), model, dictionary, query, revision);
});
