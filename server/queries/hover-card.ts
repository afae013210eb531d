import "server-only";
import type { HoverCardView, Viewer } from "@/lib/views.ts";
import { featureLinks } from "./feature-links.ts";
import { getFeature } from "./features.ts";
import { findFeature } from "./find-feature.ts";

const EXAMPLES = 4;

/** What a feature's card shows where it is named; null if there is no such feature that the viewer may open. */
export async function getHoverCard(
  viewer: Viewer,
  named: { model: string; dictionary: string; index: string },
  revision?: string | null,
): Promise<HoverCardView | null> {
  const of = await findFeature(viewer, named, revision);
  if (!of) return null;
  const { index, found } = of;
  const [feature, [link]] = await Promise.all([
    getFeature(viewer, named.model, named.dictionary, index, revision),
    featureLinks(viewer, [{ weights_from: found.weights_from, index }]),
  ]);
  if (!feature || !link) return null;
  const { density, max_activation } = feature.record;
  const examples = feature.intervals[0]?.examples.slice(0, EXAMPLES) ?? [];
  return { ...link, density, max_activation, examples };
}
