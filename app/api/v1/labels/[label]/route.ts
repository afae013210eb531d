import { allowWrite } from "@/server/access.ts";
import { labelText } from "@/server/api/label-schemas.ts";
import { editLabel, removeLabel } from "@/server/changes/labels.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { idOf } from "@/server/queries/find-feature.ts";

type Named = Params<{ label: string }>;

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).label);
  const { text } = await jsonOf(request, labelText, 2 ** 14);
  return id === null ? null : editLabel(user, id, text);
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).label);
  return id === null ? null : removeLabel(user, id);
});
