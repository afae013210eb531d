import { checkOrigin } from "@/server/access.ts";
import { featureTryBody } from "@/server/api/live-schemas.ts";
import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { takeTextTurn } from "@/server/inference/turn.ts";
import { tryFeature } from "@/server/queries/try-text.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

/** 20,000 characters take less */
const limit = 128 * 1024;

export const POST = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary: slug, index } = await params;
  const { revision } = queryOf(request, revisionQuery);
  const { text } = await jsonOf(request, featureTryBody, limit);
  if (!/^\d{1,9}$/.test(index)) return null;
  checkOrigin(request.headers);
  await takeTextTurn(request.headers);
  const named = { model, slug, index: Number(index), revision };
  return tryFeature(await viewerOf(request), named, text, request.signal);
});
