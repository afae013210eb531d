import { groupEnd } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { endGroup } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ group: string }>) => {
  await allowWrite(request, { scope: "runs" });
  return endGroup((await params).group, await jsonOf(request, groupEnd, 2 ** 14));
});
