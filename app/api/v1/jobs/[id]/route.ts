import { jsonRoute, type Params } from "@/server/http.ts";
import { getJob } from "@/server/queries/jobs.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request, { params }: Params<{ id: string }>) => {
  const { id } = await params;
  return getJob(await viewerOf(request), id);
});
