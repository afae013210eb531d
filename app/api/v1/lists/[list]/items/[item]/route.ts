import { allowWrite } from "@/server/access.ts";
import { itemChange } from "@/server/api/list-schemas.ts";
import { changeItem, removeItem } from "@/server/changes/lists.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { idOf } from "@/server/queries/find-feature.ts";

type Named = Params<{ list: string; item: string }>;

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const { list, item } = await params;
  const id = idOf(item);
  const change = await jsonOf(request, itemChange, 2 ** 15);
  return id === null ? null : changeItem(user, list, id, change);
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const { list, item } = await params;
  const id = idOf(item);
  return id === null ? null : removeItem(user, list, id);
});
