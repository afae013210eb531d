import { datapointsQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { listDatapoints } from "@/server/queries/datapoints.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const { revision, ...query } = queryOf(request, datapointsQuery);
  return listDatapoints(await viewerOf(request), model, dictionary, query, revision);
});
