import { jsonRoute, type Params } from "@/server/http.ts";
import { getModel } from "@/server/queries/models.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request, { params }: Params<{ model: string }>) => {
  const { model } = await params;
  return getModel(await viewerOf(request), model);
});
