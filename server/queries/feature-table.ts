import "server-only";
import { type Outline, parseOutline } from "@/lib/outline.ts";
import {
  type FeatureQuery,
  type FeatureRow,
  type FeatureSort,
  type FeatureTable,
  featureFigures,
  type Viewer,
} from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { featureLayout, unpack } from "../packed.ts";
import {
  getVocabulary,
  idsContaining,
  tokenText,
  type Vocabulary,
  wordOrder,
} from "../vocabulary.ts";
import { type FoundRevision, findRevision } from "./dictionaries.ts";
import { bestLabels, bestOfEach } from "./labels.ts";

/**
 * One page of a dictionary's features, or null if there is no such dictionary. Which features they are is
 * found in an index that holds every column but the record; records are read of those alone.
 */
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
  const filters = filtersOf(query, vocabulary, found);
  const where = Prisma.join([Prisma.sql`revision_id = ${found.id}`, ...filters], " AND ");
  const direction = query.order === "desc" ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const [page, total] = await Promise.all([
    db().$queryRaw<{ index: number }[]>`
      SELECT index FROM feature ${query.sort === "label" ? withBestLabels(found) : Prisma.empty}
      WHERE ${where}
      ORDER BY ${sortedBy(query.sort, direction, vocabulary)} index ${direction}
      LIMIT ${query.per_page} OFFSET ${(query.page - 1) * query.per_page}`,
    filters.length === 0 ? found.summary.d_sae : count(where),
  ]);
  const indices = page.map(({ index }) => index);
  return { rows: await rowsOf(found, indices, vocabulary), total };
}

/** A feature that fires, any with equal chance; null if there is none, or no such dictionary. */
export async function randomFeature(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<number | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const alive = Prisma.sql`revision_id = ${found.id} AND density > 0`;
  const before = Math.floor(Math.random() * (await count(alive)));
  const [row] = await db().$queryRaw<{ index: number }[]>`
    SELECT index FROM feature WHERE ${alive} ORDER BY density, index LIMIT 1 OFFSET ${before}`;
  return row?.index ?? null;
}

function withBestLabels(found: FoundRevision): Prisma.Sql {
  return Prisma.sql`LEFT JOIN (
    SELECT index AS labelled, text AS best_label FROM (${bestOfEach(found)})
  ) ON labelled = index`;
}

async function count(where: Prisma.Sql): Promise<number> {
  const [row] = await db().$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM feature WHERE ${where}`;
  return row?.total ?? 0;
}

/** What comes before the index, which tells apart what is equal. */
function sortedBy(sort: FeatureSort, direction: Prisma.Sql, vocabulary: Vocabulary): Prisma.Sql {
  if (sort === "index") return Prisma.empty;
  if (sort === "label") return Prisma.sql`lower(best_label) ${direction} NULLS LAST,`;
  if (sort === "top_token")
    return Prisma.sql`(${wordOrder(vocabulary)}::int[])[top_token_id + 1] ${direction} NULLS LAST,`;
  return Prisma.sql`${Prisma.raw(sort)} ${direction},`;
}

function filtersOf(
  query: FeatureQuery,
  vocabulary: Vocabulary,
  { weights_from }: FoundRevision,
): Prisma.Sql[] {
  const all: Prisma.Sql[] = [];
  if (query.state === "alive") all.push(Prisma.sql`density > 0`);
  if (query.state === "dead") all.push(Prisma.sql`density = 0`);
  if (query.state === "labelled" || query.label !== "") {
    const text = `%${query.label.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    all.push(Prisma.sql`index IN (
      SELECT index FROM label WHERE weights_from = ${weights_from} AND lower(text) LIKE ${text})`);
  }
  for (const figure of featureFigures) {
    const column = Prisma.raw(figure);
    const [min, max] = [query[`${figure}_min`], query[`${figure}_max`]];
    if (min !== null) all.push(Prisma.sql`${column} >= ${min}::float4`);
    if (max !== null) all.push(Prisma.sql`${column} <= ${max}::float4`);
  }
  if (query.search !== "") all.push(matching(query.search, vocabulary));
  if (query.within !== "") all.push(within(parseOutline(query.within)));
  return all;
}

/** The index itself, or every feature whose top token contains the text in either case. */
function matching(search: string, vocabulary: Vocabulary): Prisma.Sql {
  const byToken = Prisma.sql`top_token_id = ANY(${idsContaining(vocabulary, search)}::int[])`;
  return /^\d{1,9}$/.test(search) ? Prisma.sql`(index = ${Number(search)} OR ${byToken})` : byToken;
}

/** Features that lie within the outline; those outside of the box around it are not looked at closely. */
function within(outline: Outline): Prisma.Sql {
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  return Prisma.sql`umap_x BETWEEN ${Math.min(...xs)} AND ${Math.max(...xs)}
    AND umap_y BETWEEN ${Math.min(...ys)} AND ${Math.max(...ys)}
    AND ${outline.join(",")}::polygon @> point(umap_x, umap_y)`;
}

/** The features of these indices, in their order. */
async function rowsOf(
  found: FoundRevision,
  indices: number[],
  vocabulary: Vocabulary,
): Promise<FeatureRow[]> {
  const labels = await bestLabels(found, indices);
  const stored = await db().feature.findMany({
    where: { revision_id: found.id, index: { in: indices } },
    select: {
      index: true,
      density: true,
      max_activation: true,
      nearest_cosine: true,
      encoder_decoder_cosine: true,
      decoder_norm: true,
      top_token_id: true,
      record: true,
    },
  });
  const byIndex = new Map(
    stored.map(({ record, top_token_id, ...row }) => {
      const promoted = unpack(featureLayout, record)[0]?.top_logit_tokens ?? [];
      return [
        row.index,
        {
          ...row,
          label: labels.get(row.index) ?? null,
          top_token: top_token_id === null ? null : tokenText(vocabulary, top_token_id),
          promoted: promoted.map((token) => tokenText(vocabulary, token)),
        },
      ];
    }),
  );
  return indices.flatMap((index) => byIndex.get(index) ?? []);
}
