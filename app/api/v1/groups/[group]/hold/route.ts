import { groupHold } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { holdGroup } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ group: string }>) => {
  await allowWrite(request, { scope: "runs" });
  const { claim } = await jsonOf(request, groupHold, 2 ** 12);
  return holdGroup((await params).group, claim);
});
