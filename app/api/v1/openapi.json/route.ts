import { openapiDocument } from "@/server/api/openapi.ts";
import { jsonRoute } from "@/server/http.ts";

export const dynamic = "force-dynamic";

export const GET = jsonRoute(async () => openapiDocument());
