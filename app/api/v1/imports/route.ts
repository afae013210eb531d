import { importRequest } from "@/lib/import-answer.ts";
import { allowWrite } from "@/server/access.ts";
import { requestImport } from "@/server/changes/jobs.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";

export const POST = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "upload" });
  const received = await requestImport(user, await jsonOf(request, importRequest, 2 ** 12));
  return Response.json(received, { status: 201, headers: { Location: received.address } });
});
