import { groupEnd } from "trainer/bundle";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { allowReport } from "@/server/runs/access.ts";
import { endGroup } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ group: string }>) => {
  allowReport(request);
  return endGroup((await params).group, await jsonOf(request, groupEnd, 2 ** 14));
});
