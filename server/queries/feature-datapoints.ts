import "server-only";
import type { FeatureDatapoint, FeatureDatapointsView } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { pool, rowsOf } from "../db.ts";
import { FeatureDatapoints } from "../ingest/feature-datapoints.ts";
import { activeLayout, featureDatapointsLayout, unpack } from "../packed.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";
import { readInts } from "./packed-ints.ts";

/** Tokens that are shown around a datapoint. */
const AROUND = 16;

/**
 * The datapoints at which a feature is active: the worst, and where it is strongest. Null where the
 * bundle does not say what is active at its datapoints.
 */
export async function datapointsOf(
  { id, index }: { id: number; index: number },
  stored: Buffer | null,
  vocabulary: Vocabulary,
): Promise<FeatureDatapointsView | null> {
  const packed = stored ?? (await indexDatapoints(id)).of(index);
  const kept = packed?.length && unpack(featureDatapointsLayout, packed)[0];
  if (!kept) return null;
  const { searched, datapoints, worst, strongest } = kept;
  const places = await readPlaces(id, [...new Set([...worst, ...strongest])], vocabulary);
  const toViews = (rows: number[], activations: number[]) =>
    rows.flatMap((row, i) => {
      const place = places.get(row);
      return place ? [{ ...place, activation: activations[i] ?? 0 }] : [];
    });
  return {
    searched,
    datapoints,
    worst: toViews(worst, kept.worst_activations),
    strongest: toViews(strongest, kept.strongest_activations),
  };
}

type Place = Omit<FeatureDatapoint, "activation">;

async function readPlaces(
  revision_id: number,
  datapoints: number[],
  vocabulary: Vocabulary,
): Promise<Map<number, Place>> {
  if (datapoints.length === 0) return new Map();
  type Row = Omit<Place, "snippet"> & { index: number; tokens: Buffer };
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT index, context, position, ce_diff, array_send(
      tokens[greatest(1, position + 1 - ${AROUND}::int) : position + 1 + ${AROUND}::int]) AS tokens
    FROM datapoint JOIN context USING (revision_id, context)
    WHERE revision_id = ${revision_id} AND index = ANY(${datapoints}::int[])`);
  return new Map(
    rows.map(({ index, tokens, ...row }) => [
      index,
      {
        ...row,
        snippet: {
          tokens: readInts(tokens).map((id) => tokenText(vocabulary, id)),
          at: Math.min(row.position, AROUND),
        },
      },
    ]),
  );
}

/**
 * Finds and stores what an ingest now does, for a revision that was taken in before; many who ask at once
 * wait for the first.
 */
async function indexDatapoints(revision_id: number): Promise<FeatureDatapoints> {
  const indexing = underWay.get(revision_id) ?? index(revision_id);
  underWay.set(revision_id, indexing);
  return indexing.finally(() => underWay.delete(revision_id));
}

const underWay = new Map<number, Promise<FeatureDatapoints>>();

const BLOCK = 4096;

async function index(revision_id: number): Promise<FeatureDatapoints> {
  const all = new FeatureDatapoints();
  for (let from = 0; ; from += BLOCK) {
    const rows = await rowsOf<{ index: number; ce_diff: number; active: Buffer | null }>(Prisma.sql`
      SELECT index, ce_diff, active FROM datapoint
      WHERE revision_id = ${revision_id} AND index >= ${from} AND index < ${from + BLOCK}
      ORDER BY index`);
    for (const { index, ce_diff, active } of rows) {
      const unpacked = active && unpack(activeLayout, active)[0];
      if (unpacked) all.add(index, ce_diff, unpacked);
    }
    if (rows.length < BLOCK) break;
  }
  const { rows } = await pool().query<{ index: number }>(
    "SELECT index FROM feature WHERE revision_id = $1 ORDER BY index",
    [revision_id],
  );
  const features = rows.map((row) => row.index);
  // where nothing is known an empty value says that it was looked for
  const values = features.map((feature) => all.of(feature) ?? Buffer.alloc(0));
  await pool().query(
    `UPDATE feature SET datapoints = found.datapoints
     FROM unnest($2::int[], $3::bytea[]) AS found(index, datapoints)
     WHERE revision_id = $1 AND feature.index = found.index`,
    [revision_id, features, values],
  );
  return all;
}
