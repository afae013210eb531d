import { runStatus } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { setStatus } from "@/server/runs/record.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ run: string }>) => {
  await allowWrite(request, { scope: "runs" });
  return setStatus((await params).run, await jsonOf(request, runStatus, 2 ** 14));
});
