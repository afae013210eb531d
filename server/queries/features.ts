import "server-only";
import { shortPath } from "@/lib/routes.ts";
import type {
  FeatureQuery,
  FeatureRow,
  FeatureSort,
  FeatureTable,
  FeatureView,
  LogitEffect,
  Viewer,
} from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { featureLayout, unpack } from "../packed.ts";
import { getVocabulary, idsContaining, tokenText, type Vocabulary } from "../vocabulary.ts";
import { connectionsOf } from "./connections.ts";
import { findRevision } from "./dictionaries.ts";
import { datapointsOf } from "./feature-datapoints.ts";
import { readFeature, toIntervals } from "./feature-rows.ts";
import { topTokensOf } from "./top-tokens.ts";

/** One page of a dictionary's features, or null if there is no such dictionary. */
export async function listFeatures(
  viewer: Viewer,
  model: string,
  slug: string,
  query: FeatureQuery,
  revision?: string | null,
): Promise<FeatureTable | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const vocabulary = await getVocabulary(found.vocabulary_id);
  const where = conditions(found.id, query, vocabulary);
  const direction = query.order === "desc" ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const [rows, counted] = await Promise.all([
    db().$queryRaw<StoredFeature[]>`
      SELECT index, density, max_activation, nearest_cosine, encoder_decoder_cosine,
        top_token_id, record
      FROM feature WHERE ${where}
      ORDER BY ${sortColumns[query.sort]} ${direction}, index ${direction}
      LIMIT ${query.per_page} OFFSET ${(query.page - 1) * query.per_page}`,
    db().$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM feature WHERE ${where}`,
  ]);
  return { rows: rows.map((row) => toRow(row, vocabulary)), total: counted[0]?.total ?? 0 };
}

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

type StoredFeature = {
  index: number;
  density: number;
  max_activation: number;
  nearest_cosine: number;
  encoder_decoder_cosine: number;
  top_token_id: number | null;
  record: Uint8Array;
};

const sortColumns: Record<FeatureSort, Prisma.Sql> = {
  index: Prisma.sql`index`,
  density: Prisma.sql`density`,
  max_activation: Prisma.sql`max_activation`,
  nearest_cosine: Prisma.sql`nearest_cosine`,
  encoder_decoder_cosine: Prisma.sql`encoder_decoder_cosine`,
};

function conditions(revision_id: number, query: FeatureQuery, vocabulary: Vocabulary): Prisma.Sql {
  const all = [Prisma.sql`revision_id = ${revision_id}`];
  if (query.state === "alive") all.push(Prisma.sql`density > 0`);
  if (query.state === "dead") all.push(Prisma.sql`density = 0`);
  if (query.density_min !== null) all.push(Prisma.sql`density >= ${query.density_min}`);
  if (query.density_max !== null) all.push(Prisma.sql`density <= ${query.density_max}`);
  if (query.search !== "") all.push(matching(query.search, vocabulary));
  return Prisma.join(all, " AND ");
}

/** The index itself, or every feature whose top token contains the text in either case. */
function matching(search: string, vocabulary: Vocabulary): Prisma.Sql {
  const byToken = Prisma.sql`top_token_id = ANY(${idsContaining(vocabulary, search)}::int[])`;
  return /^\d{1,9}$/.test(search) ? Prisma.sql`(index = ${Number(search)} OR ${byToken})` : byToken;
}

function toRow(
  { record, top_token_id, ...row }: StoredFeature,
  vocabulary: Vocabulary,
): FeatureRow {
  const promoted = unpack(featureLayout, record)[0]?.top_logit_tokens ?? [];
  return {
    ...row,
    top_token: top_token_id === null ? null : tokenText(vocabulary, top_token_id),
    promoted: promoted.map((id) => tokenText(vocabulary, id)),
  };
}

function effects(tokens: number[], values: number[], text: (id: number) => string): LogitEffect[] {
  return tokens.map((id, i) => ({ token: text(id), value: values[i] ?? 0 }));
}
