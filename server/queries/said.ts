import "server-only";
import { mayWrite } from "@/lib/may-write.ts";
import { labelsApiPath } from "@/lib/routes.ts";
import type { FeatureView, SaidOfFeature, Viewer } from "@/lib/views.ts";
import { findRevision } from "./dictionaries.ts";
import { labelsOf } from "./labels.ts";

/** What people say of a feature that the viewer sees. */
export async function getSaid(
  viewer: Viewer,
  { dictionary: { model, slug }, record: { index } }: Pick<FeatureView, "dictionary" | "record">,
  revision?: string,
): Promise<SaidOfFeature> {
  const found = await findRevision(viewer, model, slug, revision);
  const pinned = revision === undefined ? {} : { revision };
  return {
    labels: found ? await labelsOf(viewer, found, index) : [],
    add_label: mayWrite(viewer) ? labelsApiPath(model, slug, index, pinned) : null,
  };
}
