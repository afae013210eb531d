import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getHoverCard } from "@/server/queries/hover-card.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { revision } = queryOf(request, revisionQuery);
  return getHoverCard(await viewerOf(request), await params, revision);
});
