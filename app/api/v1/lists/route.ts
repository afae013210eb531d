import { allowWrite } from "@/server/access.ts";
import { listsQuery, newList } from "@/server/api/list-schemas.ts";
import { createList } from "@/server/changes/lists.ts";
import { jsonOf, jsonRoute, queryOf } from "@/server/http.ts";
import { listLists } from "@/server/queries/lists.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => ({
  lists: await listLists(await viewerOf(request), queryOf(request, listsQuery)),
}));

export const POST = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "write" });
  return createList(user, await jsonOf(request, newList, 2 ** 16));
});
