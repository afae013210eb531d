import "server-only";
import { type Mentioned, mentionsIn } from "@/lib/mentions.ts";
import { parseShortId } from "@/lib/short-link.ts";
import type { FeatureLink, FeatureLinks, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { open } from "../visibility.ts";
import { getVocabulary } from "../vocabulary.ts";
import { findRevision } from "./dictionaries.ts";
import { findFeature } from "./find-feature.ts";
import { bestLabels } from "./labels.ts";
import { topTokensOf } from "./top-tokens.ts";

/** What names a feature for good, or without index a dictionary. */
export type LinkKey = { dictionary_id: number; weights_from: number; index: number | null };

type Shown = {
  id: number;
  dictionary_id: number;
  weights_from: number;
  vocabulary_id: number;
  model: string;
  dictionary: string;
  manifest_sha256: string;
  hook_name: string;
  newest: boolean;
};

/** Where each leads and what it is called, in their order; null: nowhere that the viewer may open. */
export async function featureLinks(
  viewer: Viewer,
  keys: Omit<LinkKey, "dictionary_id">[],
): Promise<(FeatureLink | null)[]> {
  if (keys.length === 0) return [];
  const weights = [...new Set(keys.map(({ weights_from }) => weights_from))];
  const rows = await db().$queryRaw<Shown[]>`
    SELECT DISTINCT ON (weights_from) revision.id, revision.dictionary_id, weights_from, vocabulary_id,
      model.slug AS model, dictionary.slug AS dictionary, manifest_sha256,
      manifest->'sae'->>'hook_name' AS hook_name,
      revision.id = (SELECT max(id) FROM revision r WHERE r.dictionary_id = dictionary.id) AS newest
    FROM revision
    JOIN dictionary ON dictionary.id = dictionary_id
    JOIN model ON model.id = model_id
    WHERE weights_from = ANY(${weights}::int[]) AND ${open(viewer)}
    ORDER BY weights_from, revision.id DESC`;
  const shown = new Map(rows.map((row) => [row.weights_from, row]));
  const words = new Map(await Promise.all(rows.map((row) => wordsOf(row, keys))));
  return keys.map(({ weights_from, index }) => {
    const row = shown.get(weights_from);
    if (!row) return null;
    const { model, dictionary, hook_name, newest, manifest_sha256 } = row;
    const { labels, tokens } = words.get(weights_from) ?? {};
    return {
      model,
      dictionary,
      index,
      revision: newest ? null : manifest_sha256,
      hook_name,
      label: (index !== null && labels?.get(index)) || null,
      top_token: index === null ? null : (tokens?.get(index) ?? null),
    };
  });
}

async function wordsOf(row: Shown, keys: Omit<LinkKey, "dictionary_id">[]) {
  const { id, weights_from, vocabulary_id } = row;
  const indexes = keys.flatMap((key) =>
    key.weights_from === weights_from && key.index !== null ? [key.index] : [],
  );
  const [labels, tokens] = await Promise.all([
    bestLabels(row, indexes),
    topTokensOf(id, indexes, await getVocabulary(vocabulary_id)),
  ]);
  return [weights_from, { labels, tokens }] as const;
}

/** What the addresses in a text name, for whoever writes it at this host: links to other hubs name nothing here. */
export async function resolveMentions(
  viewer: Viewer,
  text: string,
  host: string,
): Promise<Map<string, LinkKey>> {
  const ours = mentionsIn(text).filter((mentioned) => (mentioned.host ?? host) === host);
  const resolved = await Promise.all(
    ours.map(async (mentioned) => [mentioned.address, await resolve(viewer, mentioned)] as const),
  );
  return new Map(resolved.flatMap(([address, key]) => (key ? [[address, key]] : [])));
}

async function resolve(viewer: Viewer, mentioned: Mentioned): Promise<LinkKey | null> {
  const { short, model, dictionary, index, revision } = mentioned;
  if (short !== null) {
    const key = parseShortId(short);
    const [link] = key ? await featureLinks(viewer, [key]) : [];
    if (!key || !link) return null;
    return resolve(viewer, { ...mentioned, ...link, short: null, index: key.index });
  }
  if (index === null) {
    const found = await findRevision(viewer, model, dictionary, revision);
    return found && { ...keyOf(found), index: null };
  }
  const feature = await findFeature(viewer, { model, dictionary, index }, revision);
  return feature && { ...keyOf(feature.found), index };
}

function keyOf({ dictionary_id, weights_from }: LinkKey | Omit<LinkKey, "index">) {
  return { dictionary_id, weights_from };
}

/** The same with what is shown of each. */
export async function linksIn(viewer: Viewer, text: string, host: string): Promise<FeatureLinks> {
  const resolved = [...(await resolveMentions(viewer, text, host))];
  const links = await featureLinks(
    viewer,
    resolved.map(([, key]) => key),
  );
  return Object.fromEntries(
    resolved.flatMap(([address], i) => (links[i] ? [[address, links[i]]] : [])),
  );
}
