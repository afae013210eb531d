import { jsonRoute } from "@/server/http.ts";
import { listJobs } from "@/server/queries/jobs.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => ({
  jobs: await listJobs(await viewerOf(request)),
}));
