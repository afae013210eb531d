import { importAnswer } from "@/lib/import-answer.ts";
import { allowWrite } from "@/server/access.ts";
import { answerJob } from "@/server/changes/jobs.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ id: string }>) => {
  const user = await allowWrite(request, { scope: "upload" });
  return answerJob(user, (await params).id, await jsonOf(request, importAnswer, 2 ** 14));
});
