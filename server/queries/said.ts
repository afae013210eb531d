import "server-only";
import { mayWrite } from "@/lib/may-write.ts";
import { featurePath, labelsApiPath, newDiscussionPath } from "@/lib/routes.ts";
import type { FeatureView, SaidOfFeature, Viewer } from "@/lib/views.ts";
import { findRevision } from "./dictionaries.ts";
import { discussionsOf } from "./discussions.ts";
import { labelsOf } from "./labels.ts";

/** What people say of a feature that the viewer sees. */
export async function getSaid(
  viewer: Viewer,
  { dictionary: { model, slug }, record: { index } }: Pick<FeatureView, "dictionary" | "record">,
  revision?: string,
): Promise<SaidOfFeature> {
  const found = await findRevision(viewer, model, slug, revision);
  const pinned = revision === undefined ? {} : { revision };
  const [labels, discussions] = found
    ? await Promise.all([
        labelsOf(viewer, found, index),
        discussionsOf({ weights_from: found.weights_from, index }),
      ])
    : [[], []];
  const may = mayWrite(viewer);
  return {
    labels,
    add_label: may ? labelsApiPath(model, slug, index, pinned) : null,
    discussions,
    listed_as: may ? { model, dictionary: slug, index, ...pinned } : null,
    discuss: may ? newDiscussionPath(featurePath(model, slug, index, pinned)) : null,
  };
}
