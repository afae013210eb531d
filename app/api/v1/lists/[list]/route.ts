import { allowWrite } from "@/server/access.ts";
import { listChange } from "@/server/api/list-schemas.ts";
import { changeList, removeList } from "@/server/changes/lists.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { hostOf } from "@/server/origin.ts";
import { getList } from "@/server/queries/lists.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ list: string }>;

export const GET = jsonRoute(async (request, { params }: Named) =>
  getList(await viewerOf(request), (await params).list, hostOf(request)),
);

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  return changeList(user, (await params).list, await jsonOf(request, listChange, 2 ** 16));
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  return removeList(user, (await params).list);
});
