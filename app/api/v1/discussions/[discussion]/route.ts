import { allowWrite } from "@/server/access.ts";
import { discussionChange } from "@/server/api/discussion-schemas.ts";
import { removeDiscussion, renameDiscussion } from "@/server/changes/discussions.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { getDiscussion } from "@/server/queries/discussions.ts";
import { idOf } from "@/server/queries/find-feature.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ discussion: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const id = idOf((await params).discussion);
  return id === null ? null : getDiscussion(await viewerOf(request), id);
});

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).discussion);
  const { title } = await jsonOf(request, discussionChange, 2 ** 14);
  return id === null ? null : renameDiscussion(user, id, title);
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const id = idOf((await params).discussion);
  return id === null ? null : removeDiscussion(user, id);
});
