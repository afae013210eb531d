import { dictionaryPath, feedPath } from "@/lib/routes.ts";
import { feedAnswer } from "@/server/feed.ts";
import { jsonRoute, type Params } from "@/server/http.ts";
import { findRevision } from "@/server/queries/dictionaries.ts";
import { listNews } from "@/server/queries/news.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const viewer = await viewerOf(request);
  const found = await findRevision(viewer, model, dictionary);
  if (!found) return null;
  const items = await listNews(viewer, { dictionary_id: found.dictionary_id });
  const page = dictionaryPath(model, dictionary);
  return feedAnswer(request, {
    title: `What is said of ${dictionary} of ${model}`,
    self: feedPath(page),
    page,
    items,
  });
});
