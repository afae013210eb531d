import { jsonRoute, type Params } from "@/server/http.ts";
import { getRun } from "@/server/queries/runs.ts";

export const GET = jsonRoute(async (_request, { params }: Params<{ run: string }>) =>
  getRun((await params).run),
);
