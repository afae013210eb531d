import { jsonRoute } from "@/server/http.ts";
import { listModels } from "@/server/queries/models.ts";

export const dynamic = "force-dynamic";

export const GET = jsonRoute(async () => ({ models: await listModels() }));
