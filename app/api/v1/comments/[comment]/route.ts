import { allowWrite } from "@/server/access.ts";
import { commentChange, TEXT_BYTES } from "@/server/api/discussion-schemas.ts";
import { editComment, removeComment } from "@/server/changes/discussions.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { hostOf } from "@/server/origin.ts";
import { idOf } from "@/server/queries/find-feature.ts";

type Named = Params<{ comment: string }>;

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).comment);
  const written = await jsonOf(request, commentChange, TEXT_BYTES);
  return id === null ? null : editComment(user, id, written, hostOf(request));
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).comment);
  return id === null ? null : removeComment(user, id);
});
