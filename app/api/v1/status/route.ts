import { jsonRoute } from "@/server/http.ts";
import { getStatus } from "@/server/queries/status.ts";
import { viewerOf } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const GET = jsonRoute(async (request) => {
  const status = await getStatus(await viewerOf(request));
  return Response.json(status, { status: status.database ? 200 : 503 });
});
