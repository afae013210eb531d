import "server-only";
import { shortPath } from "@/lib/routes.ts";
import type { FeatureView, LogitEffect, Viewer } from "@/lib/views.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import { connectionsOf } from "./connections.ts";
import { findRevision } from "./dictionaries.ts";
import { datapointsOf } from "./feature-datapoints.ts";
import { readFeature, toIntervals } from "./feature-rows.ts";
import { topTokensOf } from "./top-tokens.ts";

/** The feature with its examples, with the whole of their contexts if asked for; null if there is no such one. */
export async function getFeature(
  viewer: Viewer,
  model: string,
  slug: string,
  index: number,
  revision?: string | null,
  whole = false,
): Promise<FeatureView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  const { d_sae } = found?.summary ?? { d_sae: 0 };
  if (!found || !Number.isInteger(index) || index < 0 || index >= d_sae) return null;
  const [vocabulary, stored] = await Promise.all([
    getVocabulary(found.vocabulary_id),
    readFeature({ id: found.id, slug }, index),
  ]);
  if (!stored) return null;
  const { record, examples, connected } = stored;
  const [intervals, topTokens, connections, datapoints] = await Promise.all([
    toIntervals(found.id, examples, vocabulary, whole),
    topTokensOf(found.id, record.nearest_features, vocabulary),
    connected ? connectionsOf(viewer, found, index) : { built_from: [], feeds: [] },
    datapointsOf({ id: found.id, index }, stored.datapoints, vocabulary),
  ]);
  const text = (id: number) => tokenText(vocabulary, id);
  return {
    dictionary: found.summary,
    short: shortPath({ weights_from: found.weights_from, index }),
    record,
    intervals,
    top_logits: effects(record.top_logit_tokens, record.top_logit_values, text),
    bottom_logits: effects(record.bottom_logit_tokens, record.bottom_logit_values, text),
    nearest: record.nearest_features.map((nearest, i) => ({
      index: nearest,
      cosine: record.nearest_cosines[i] ?? 0,
      top_token: topTokens.get(nearest) ?? null,
    })),
    connections,
    datapoints,
    dashboard_tokens: found.manifest.provenance.dashboard_tokens,
    previous: index > 0 ? index - 1 : null,
    next: index + 1 < d_sae ? index + 1 : null,
  };
}

function effects(tokens: number[], values: number[], text: (id: number) => string): LogitEffect[] {
  return tokens.map((id, i) => ({ token: text(id), value: values[i] ?? 0 }));
}
