import { allowWrite } from "@/server/access.ts";
import { discussionsQuery, newDiscussion, TEXT_BYTES } from "@/server/api/discussion-schemas.ts";
import { openDiscussion } from "@/server/changes/discussions.ts";
import { jsonOf, jsonRoute, queryOf } from "@/server/http.ts";
import { hostOf } from "@/server/origin.ts";
import { listDiscussions } from "@/server/queries/discussions.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) =>
  listDiscussions(await viewerOf(request), queryOf(request, discussionsQuery)),
);

export const POST = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "write" });
  const written = await jsonOf(request, newDiscussion, TEXT_BYTES);
  return openDiscussion(user, written, hostOf(request));
});
