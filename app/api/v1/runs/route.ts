import { runAnnouncement } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { runsQuery } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, queryOf } from "@/server/http.ts";
import { listRuns } from "@/server/queries/runs.ts";
import { announceRun } from "@/server/runs/record.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => ({
  runs: await listRuns(await viewerOf(request), queryOf(request, runsQuery)),
}));

export const POST = jsonRoute(async (request) => {
  await allowWrite(request, { scope: "runs" });
  return announceRun(await jsonOf(request, runAnnouncement, 2 ** 18));
});
