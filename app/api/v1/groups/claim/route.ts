import { groupRequest } from "trainer/bundle";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { allowReport } from "@/server/runs/access.ts";
import { claimGroup, LEASE } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request) => {
  allowReport(request);
  const { worker } = await jsonOf(request, groupRequest, 2 ** 12);
  return { group: await claimGroup(worker), lease: LEASE };
});
