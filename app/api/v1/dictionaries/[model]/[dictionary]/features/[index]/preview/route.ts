import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getFeaturePreview } from "@/server/queries/feature-map.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary, index } = await params;
  const { revision } = queryOf(request, revisionQuery);
  return /^\d+$/.test(index)
    ? getFeaturePreview(await viewerOf(request), model, dictionary, Number(index), revision)
    : null;
});
