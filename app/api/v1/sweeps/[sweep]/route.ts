import { jsonRoute, type Params } from "@/server/http.ts";
import { getSweep } from "@/server/queries/sweeps.ts";

export const GET = jsonRoute(async (_request, { params }: Params<{ sweep: string }>) =>
  getSweep((await params).sweep),
);
