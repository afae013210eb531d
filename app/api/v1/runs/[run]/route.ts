import { jsonRoute, type Params } from "@/server/http.ts";
import { getRun } from "@/server/queries/runs.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request, { params }: Params<{ run: string }>) =>
  getRun(await viewerOf(request), (await params).run),
);
