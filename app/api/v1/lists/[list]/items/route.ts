import { allowWrite } from "@/server/access.ts";
import { listedFeature } from "@/server/api/list-schemas.ts";
import { addItem } from "@/server/changes/lists.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ list: string }>) => {
  const user = await allowWrite(request, { scope: "write" });
  return addItem(user, (await params).list, await jsonOf(request, listedFeature, 2 ** 12));
});
