import "server-only";
import type { FeatureHistograms } from "@/lib/views.ts";
import { db } from "../db.ts";
import { FeatureCounts } from "../ingest/feature-counts.ts";
import { featureLayout, unpack } from "../packed.ts";

const BLOCK = 4096;

/** A revision's histograms, as its ingest counted them; one from before that is counted once, when first asked for. */
export async function histogramsOf(revision_id: number): Promise<FeatureHistograms> {
  const { histograms } = await db().revision.findUniqueOrThrow({
    where: { id: revision_id },
    select: { histograms: true },
  });
  return (histograms as FeatureHistograms | null) ?? (await countFeatures(revision_id));
}

async function countFeatures(revision_id: number): Promise<FeatureHistograms> {
  const counts = new FeatureCounts();
  for (let from = 0; ; from += BLOCK) {
    const rows = await db().feature.findMany({
      where: { revision_id, index: { gte: from, lt: from + BLOCK } },
      select: { record: true },
    });
    for (const { record } of rows) for (const one of unpack(featureLayout, record)) counts.add(one);
    if (rows.length < BLOCK) break;
  }
  const { histograms } = counts;
  await db().revision.update({ where: { id: revision_id }, data: { histograms } });
  return histograms;
}
