import "server-only";
import type { ConnectedFeature, ConnectionsView, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db, rowsOf } from "../db.ts";
import { getVocabulary, type Vocabulary } from "../vocabulary.ts";
import { type ConnectedRevision, sourcesOf, targetsOf } from "./connected-revisions.ts";
import { topTokensOf } from "./top-tokens.ts";

/** Most features of one dictionary that a list shows. */
const MOST = 64;

/** A connected feature, of which revision; not of one that this hub does not have. */
export type Linked = { of: ConnectedRevision; features: ConnectedFeature[] };

/** What a feature is built from, and what is built from it. */
export async function connectionsOf(
  viewer: Viewer,
  { id, vocabulary_id }: { id: number; vocabulary_id: number },
  index: number,
): Promise<ConnectionsView> {
  const vocabulary = await getVocabulary(vocabulary_id);
  const [sources, targets, explained] = await Promise.all([
    linkedSources(viewer, id, index, vocabulary),
    linkedTargets(viewer, id, index, vocabulary),
    db().explainedFeature.findMany({ where: { revision_id: id, feature: index } }),
  ]);
  const byFrom = new Map(explained.map((row) => [row.from, row]));
  return {
    built_from: sources.map(({ of, features }) => ({
      dictionary: of.dictionary,
      variance_explained: byFrom.get(of.from)?.variance_explained ?? null,
      variance_explained_relu: byFrom.get(of.from)?.variance_explained_relu ?? null,
      features,
    })),
    feeds: targets
      .filter(({ features }) => features.length > 0)
      .map(({ of, features }) => ({ dictionary: of.dictionary, features })),
  };
}

type Row = { feature: number; weight: number; relu_weight: number };

/** The sources of a feature, the strongest first, by the dictionary that they are of. */
export async function linkedSources(
  viewer: Viewer,
  revision_id: number,
  index: number,
  vocabulary: Vocabulary,
  most = MOST,
): Promise<Linked[]> {
  const sources = await sourcesOf(viewer, revision_id);
  return Promise.all(
    sources.map(async (of) => {
      const rows = await rowsOf<Row>(Prisma.sql`
        SELECT source AS feature, weight, relu_weight FROM connection
        WHERE revision_id = ${revision_id} AND "from" = ${of.from} AND feature = ${index}
        ORDER BY rank LIMIT ${most}`);
      return toLinked(of, rows, vocabulary);
    }),
  );
}

/** The features that a feature is a source of, those with the largest weights first. */
export async function linkedTargets(
  viewer: Viewer,
  revision_id: number,
  index: number,
  vocabulary: Vocabulary,
  most = MOST,
): Promise<Linked[]> {
  const targets = await targetsOf(viewer, revision_id);
  return Promise.all(
    targets.map(async (of) => {
      const rows = await rowsOf<Row>(Prisma.sql`
        SELECT feature, weight, relu_weight FROM connection
        WHERE revision_id = ${of.revision_id} AND "from" = ${of.from} AND source = ${index}
        ORDER BY greatest(abs(weight), abs(relu_weight)) DESC, feature LIMIT ${most}`);
      return toLinked(of, rows, vocabulary);
    }),
  );
}

async function toLinked(
  of: ConnectedRevision,
  rows: Row[],
  vocabulary: Vocabulary,
): Promise<Linked> {
  const indexes = rows.map(({ feature }) => feature);
  const tokens =
    of.revision_id === null || rows.length === 0
      ? new Map<number, string>()
      : await topTokensOf(of.revision_id, indexes, vocabulary);
  return {
    of,
    features: rows.map(({ feature, weight, relu_weight }) => ({
      index: feature,
      top_token: tokens.get(feature) ?? null,
      weight: weight || null,
      relu_weight: relu_weight || null,
    })),
  };
}
