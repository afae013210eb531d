import { lineBatch } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { linesQuery } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { listLines } from "@/server/queries/runs.ts";
import { storeLines } from "@/server/runs/record.ts";

type Named = Params<{ run: string }>;

export const GET = jsonRoute(async (request, { params }: Named) =>
  listLines((await params).run, queryOf(request, linesQuery).points),
);

export const POST = jsonRoute(async (request, { params }: Named) => {
  await allowWrite(request, { scope: "runs" });
  return storeLines((await params).run, await jsonOf(request, lineBatch, 2 ** 20));
});
