import { sweepSubmission } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { submitSweep } from "@/server/sweeps/queue.ts";

export const POST = jsonRoute(async (request) => {
  await allowWrite(request, { scope: "runs" });
  return submitSweep(await jsonOf(request, sweepSubmission, 2 ** 23));
});
