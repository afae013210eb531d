import { groupHold } from "trainer/bundle";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { allowReport } from "@/server/runs/access.ts";
import { holdGroup } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ group: string }>) => {
  allowReport(request);
  const { claim } = await jsonOf(request, groupHold, 2 ** 12);
  return holdGroup((await params).group, claim);
});
