import { placeOf } from "@/lib/address.ts";
import { revisionQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getDatapoint } from "@/server/queries/datapoint.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; context: string; position: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary, ...named } = await params;
  const { revision } = queryOf(request, revisionQuery);
  const place = placeOf(named);
  return place && getDatapoint(await viewerOf(request), model, dictionary, place, revision);
});
