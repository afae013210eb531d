import { jsonRoute } from "@/server/http.ts";
import { listModels } from "@/server/queries/models.ts";
import { viewerOf } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const GET = jsonRoute(async (request) => ({
  models: await listModels(await viewerOf(request)),
}));
