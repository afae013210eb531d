import { allowWrite } from "@/server/access.ts";
import { labelText } from "@/server/api/label-schemas.ts";
import { revisionQuery } from "@/server/api/schemas.ts";
import { addLabel } from "@/server/changes/labels.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { findFeature } from "@/server/queries/find-feature.ts";
import { labelsOf } from "@/server/queries/labels.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const viewer = await viewerOf(request);
  const { revision } = queryOf(request, revisionQuery);
  const feature = await findFeature(viewer, await params, revision);
  return feature && { labels: await labelsOf(viewer, feature.found, feature.index) };
});

export const POST = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "write" });
  const { revision } = queryOf(request, revisionQuery);
  const feature = await findFeature(user, await params, revision);
  if (!feature) return null;
  const { text } = await jsonOf(request, labelText, 2 ** 14);
  return addLabel(user, feature.found, feature.index, text);
});
