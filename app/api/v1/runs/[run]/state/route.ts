import { runStatus } from "trainer/bundle";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { allowReport } from "@/server/runs/access.ts";
import { setStatus } from "@/server/runs/record.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ run: string }>) => {
  allowReport(request);
  return setStatus((await params).run, await jsonOf(request, runStatus, 2 ** 14));
});
