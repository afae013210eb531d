import { lineBatch } from "trainer/bundle";
import { linesQuery } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { listLines } from "@/server/queries/runs.ts";
import { allowReport } from "@/server/runs/access.ts";
import { storeLines } from "@/server/runs/record.ts";

type Named = Params<{ run: string }>;

export const GET = jsonRoute(async (request, { params }: Named) =>
  listLines((await params).run, queryOf(request, linesQuery).points),
);

export const POST = jsonRoute(async (request, { params }: Named) => {
  allowReport(request);
  return storeLines((await params).run, await jsonOf(request, lineBatch, 2 ** 20));
});
