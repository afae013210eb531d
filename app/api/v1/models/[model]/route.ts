import { jsonRoute, type Params } from "@/server/http.ts";
import { getModel } from "@/server/queries/models.ts";

export const GET = jsonRoute(async (_request, { params }: Params<{ model: string }>) => {
  const { model } = await params;
  return getModel(model);
});
