import "server-only";
import type { DecoderMatch } from "trainer/match";
import type { ComparedFeature, CompareQuery, Matching } from "@/lib/views.ts";
import { db } from "../db.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import type { FoundRevision } from "./dictionaries.ts";

const ROWS = 50;
const BINS = 40;

type Row = { a: number | null; b: number | null; cosine: number };

/** What the match says under a threshold, with a page of it. */
export async function matchingOf(
  match: DecoderMatch,
  a: FoundRevision,
  b: FoundRevision,
  { threshold, show, page }: Pick<CompareQuery, "threshold" | "show" | "page">,
): Promise<Matching> {
  const rows: Record<CompareQuery["show"], Row[]> = {
    matches: pairsOf(match),
    only_a: alone(match.cosine_of_a, match.nearest_of_a, threshold).map((row) => ({
      a: row.index,
      b: row.nearest,
      cosine: row.cosine,
    })),
    only_b: alone(match.cosine_of_b, match.nearest_of_b, threshold).map((row) => ({
      a: row.nearest,
      b: row.index,
      cosine: row.cosine,
    })),
  };
  const shown = rows[show].slice((page - 1) * ROWS, page * ROWS);
  const [ofA, ofB] = await Promise.all([describe(a, shown, "a"), describe(b, shown, "b")]);
  return {
    mmcs_a: mean(match.cosine_of_a),
    mmcs_b: mean(match.cosine_of_b),
    only_a: rows.only_a.length,
    only_b: rows.only_b.length,
    pairs: rows.matches.length,
    alike: rows.matches.filter(({ cosine }) => cosine >= threshold).length,
    bins_a: binned(match.cosine_of_a),
    bins_b: binned(match.cosine_of_b),
    rows: shown.map(({ a, b, cosine }) => ({
      a: (a !== null && ofA.get(a)) || null,
      b: (b !== null && ofB.get(b)) || null,
      cosine,
    })),
    total: rows[show].length,
  };
}

/** The pairs, those with the largest cosine first. */
function pairsOf({ partner_of_a, partner_cosine }: DecoderMatch): Row[] {
  return [...partner_of_a]
    .map((b, a) => ({ a, b, cosine: partner_cosine[a] as number }))
    .filter(({ b }) => b >= 0)
    .sort((x, y) => y.cosine - x.cosine || x.a - y.a);
}

/** Features whose largest cosine is below the threshold, the most alone first. */
function alone(cosines: Float32Array, nearest: Int32Array, threshold: number) {
  return [...cosines]
    .map((cosine, index) => ({ index, nearest: nearest[index] as number, cosine }))
    .filter(({ cosine }) => cosine < threshold)
    .sort((x, y) => x.cosine - y.cosine || x.index - y.index);
}

async function describe(
  { id, vocabulary_id }: FoundRevision,
  rows: Row[],
  side: "a" | "b",
): Promise<Map<number, ComparedFeature>> {
  const features = await db().feature.findMany({
    where: { revision_id: id, index: { in: rows.flatMap((row) => row[side] ?? []) } },
    select: { index: true, density: true, top_token_id: true },
  });
  const vocabulary = await getVocabulary(vocabulary_id);
  return new Map(
    features.map(({ index, density, top_token_id: token }) => [
      index,
      { index, density, top_token: token === null ? null : tokenText(vocabulary, token) },
    ]),
  );
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Counts in equal bins over [−1, 1]. */
function binned(cosines: Float32Array): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const cosine of cosines) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((cosine + 1) / 2) * BINS)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
