import { allowWrite } from "@/server/access.ts";
import { newComment, TEXT_BYTES } from "@/server/api/discussion-schemas.ts";
import { addComment } from "@/server/changes/discussions.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { hostOf } from "@/server/origin.ts";
import { idOf } from "@/server/queries/find-feature.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ discussion: string }>) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).discussion);
  const written = await jsonOf(request, newComment, TEXT_BYTES);
  return id === null ? null : addComment(user, id, written, hostOf(request));
});
