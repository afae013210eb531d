import { formatOneIn } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { FeatureView } from "@/lib/views.ts";

/** A feature in one sentence, for titles, cards and search engines. */
export function describeFeature(feature: FeatureView): string {
  const { record, dictionary, top_logits } = feature;
  const place = `Feature ${record.index} of ${dictionary.slug} (${dictionary.model})`;
  const token = topToken(feature);
  if (token === null) return `${place} is dead: it fires on none of the counted tokens.`;
  const promoted = top_logits.slice(0, 3).map((effect) => `“${tokenLabel(effect.token)}”`);
  const raises = promoted.length > 0 ? `; raises ${promoted.join(", ")}` : "";
  return `${place} fires most on “${tokenLabel(token)}”, ${formatOneIn(record.density)}${raises}.`;
}

/** The token on which the top example fires; null for a dead feature. */
function topToken({ intervals }: FeatureView): string | null {
  const example = intervals[0]?.examples[0];
  return example?.tokens[example.position - example.window_start] ?? null;
}
