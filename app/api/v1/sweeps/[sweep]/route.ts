import { jsonRoute, type Params } from "@/server/http.ts";
import { getSweep } from "@/server/queries/sweeps.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request, { params }: Params<{ sweep: string }>) =>
  getSweep(await viewerOf(request), (await params).sweep),
);
