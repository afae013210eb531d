import { allowWrite } from "@/server/access.ts";
import { cancelJob } from "@/server/changes/jobs.ts";
import { jsonRoute, type Params } from "@/server/http.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ id: string }>) => {
  const user = await allowWrite(request, { scope: "upload" });
  return cancelJob(user, (await params).id);
});
