import { compareQuery, compareRequest } from "@/lib/compare-query.ts";
import { allowWrite } from "@/server/access.ts";
import { requestComparison } from "@/server/changes/comparison.ts";
import { jsonOf, jsonRoute, queryOf } from "@/server/http.ts";
import { getComparison } from "@/server/queries/compare.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) =>
  getComparison(await viewerOf(request), queryOf(request, compareQuery)),
);

export const POST = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "write" });
  return requestComparison(user, await jsonOf(request, compareRequest, 2 ** 12));
});
