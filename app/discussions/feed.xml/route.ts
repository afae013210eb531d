import { discussionsPath, feedPath } from "@/lib/routes.ts";
import { feedAnswer } from "@/server/feed.ts";
import { jsonRoute } from "@/server/http.ts";
import { listNews } from "@/server/queries/news.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const items = await listNews(await viewerOf(request), null);
  const title = "Dictionary Hub: discussions and labels";
  return feedAnswer(request, { title, self: feedPath(), page: discussionsPath, items });
});
