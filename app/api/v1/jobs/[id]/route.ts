import { jsonRoute, type Params } from "@/server/http.ts";
import { getJob } from "@/server/queries/jobs.ts";

export const GET = jsonRoute(async (_request, { params }: Params<{ id: string }>) => {
  const { id } = await params;
  return getJob(id);
});
