import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { takeTextTurn } from "@/server/inference/turn.ts";
import { getAblation } from "@/server/queries/ablation.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary: slug, index } = await params;
  const { revision } = queryOf(request, revisionQuery);
  if (!/^\d{1,9}$/.test(index)) return null;
  const named = { model, slug, index: Number(index), revision };
  const viewer = await viewerOf(request);
  return getAblation(viewer, named, () => takeTextTurn(request.headers), request.signal);
});
