import { sweepSubmission } from "trainer/bundle";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { allowReport } from "@/server/runs/access.ts";
import { submitSweep } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request) => {
  allowReport(request);
  return submitSweep(await jsonOf(request, sweepSubmission, 2 ** 23));
});
