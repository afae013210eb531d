import { runAnnouncement } from "trainer/bundle";
import { runsQuery } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, queryOf } from "@/server/http.ts";
import { listRuns } from "@/server/queries/runs.ts";
import { allowReport } from "@/server/runs/access.ts";
import { announceRun } from "@/server/runs/record.ts";

export const GET = jsonRoute(async (request) => ({
  runs: await listRuns(queryOf(request, runsQuery)),
}));

export const POST = jsonRoute(async (request) => {
  allowReport(request);
  return announceRun(await jsonOf(request, runAnnouncement, 2 ** 18));
});
