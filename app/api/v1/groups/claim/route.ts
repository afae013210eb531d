import { groupRequest } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { claimGroup, LEASE } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request) => {
  await allowWrite(request, { scope: "runs" });
  const { worker } = await jsonOf(request, groupRequest, 2 ** 12);
  return { group: await claimGroup(worker), lease: LEASE };
});
