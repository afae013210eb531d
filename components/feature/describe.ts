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

/** The tokens that its strongest examples were chosen for, the most frequent first. */
export function firesOn({ intervals }: FeatureView): { token: string; examples: number }[] {
  const counts = new Map<string, number>();
  for (const { tokens, position, window_start } of intervals[0]?.examples ?? []) {
    const token = tokens[position - window_start];
    if (token !== undefined) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return [...counts]
    .map(([token, examples]) => ({ token, examples }))
    .sort((a, b) => b.examples - a.examples);
}
