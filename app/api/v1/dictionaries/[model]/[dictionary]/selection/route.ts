import { revisionQuery, selection } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { compareSelection } from "@/server/queries/map.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

/** the indices of 200,000 datapoints take less */
const limit = 2 * 1024 * 1024;

export const POST = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const { revision } = queryOf(request, revisionQuery);
  const { datapoints } = await jsonOf(request, selection, limit);
  return compareSelection(await viewerOf(request), model, dictionary, datapoints, revision);
});
