import { featurePath, feedPath } from "@/lib/routes.ts";
import { feedAnswer } from "@/server/feed.ts";
import { jsonRoute, type Params } from "@/server/http.ts";
import { findFeature } from "@/server/queries/find-feature.ts";
import { listNews } from "@/server/queries/news.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary, index: named } = await params;
  const viewer = await viewerOf(request);
  const feature = await findFeature(viewer, { model, dictionary, index: named });
  if (!feature) return null;
  const { found, index } = feature;
  const items = await listNews(viewer, { weights_from: found.weights_from, index });
  const page = featurePath(model, dictionary, index);
  return feedAnswer(request, {
    title: `What is said of feature ${index} of ${dictionary} of ${model}`,
    self: feedPath(page),
    page,
    items,
  });
});
