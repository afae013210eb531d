import "server-only";
import { cache } from "react";
import {
  evaluation,
  type ImportProvenance,
  type Manifest,
  manifest,
  saelensCfg,
  trainingLine,
} from "trainer/bundle";
import { judgeAll } from "trainer/export";
import { z } from "zod";
import type {
  DictionarySummary,
  DictionaryView,
  RevisionAddress,
  Viewer,
  Visibility,
} from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db, rowsOf } from "../db.ts";
import { keep } from "../kept.ts";
import { listed, open } from "../visibility.ts";
import { histogramsOf } from "./histograms.ts";

/** The newest revision of every dictionary (of one model, or of one owner), in order of model, layer and slug. */
export async function listDictionaries(
  viewer: Viewer,
  of: { model?: string | undefined; owner_id?: string | undefined } = {},
): Promise<DictionarySummary[]> {
  const rows = await db().$queryRaw<SummaryRow[]>`
    SELECT model.slug AS model, dictionary.slug, dictionary.visibility, "user".name AS owner,
      newest.*
    FROM dictionary
    JOIN model ON model.id = dictionary.model_id
    LEFT JOIN "user" ON "user".id = dictionary.owner_id
    JOIN LATERAL (
      SELECT ${summaryColumns} FROM revision
      WHERE dictionary_id = dictionary.id ORDER BY id DESC LIMIT 1
    ) newest ON true
    WHERE (${of.model ?? null}::text IS NULL OR model.slug = ${of.model ?? null})
      AND (${of.owner_id ?? null}::text IS NULL OR owner_id = ${of.owner_id ?? null})
      AND ${listed(viewer)}`;
  return rows.map((row) => toSummary(row, summarised.parse(row))).sort(byModelLayerSlug);
}

/** The newest revision of each of a model's dictionaries. */
export async function newestRevisions(
  viewer: Viewer,
  model: string,
): Promise<{ id: number; dictionary_id: number }[]> {
  return db().$queryRaw`
    SELECT max(revision.id) AS id, dictionary_id
    FROM revision
    JOIN dictionary ON dictionary.id = dictionary_id
    JOIN model ON model.id = model_id
    WHERE model.slug = ${model} AND ${listed(viewer)}
    GROUP BY dictionary_id`;
}

/** What revisions, which the viewer may see, say of their dictionaries, in order of layer and slug. */
export async function summariesOf(
  ids: number[],
): Promise<{ revision_id: number; summary: DictionarySummary }[]> {
  const rows = await db().$queryRaw<(SummaryRow & { id: number })[]>`
    SELECT revision.id, model.slug AS model, dictionary.slug, dictionary.visibility,
      "user".name AS owner, ${summaryColumns}
    FROM revision
    JOIN dictionary ON dictionary.id = revision.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    LEFT JOIN "user" ON "user".id = dictionary.owner_id
    WHERE revision.id = ANY(${ids}::int[])`;
  return rows
    .map((row) => ({ revision_id: row.id, summary: toSummary(row, summarised.parse(row)) }))
    .sort((a, b) => byModelLayerSlug(a.summary, b.summary));
}

/** The dictionary at its newest or the given revision, or null if there is no such one. */
export async function getDictionary(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<DictionaryView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const [documents, revisions, parent, histograms, said] = await Promise.all([
    db().revision.findUniqueOrThrow({
      where: { id: found.id },
      select: {
        cfg: true,
        evaluation: true,
        training: true,
        alive: true,
        suggested_feature: true,
        files: { select: { name: true, bytes: true, sha256: true }, orderBy: { offset: "asc" } },
      },
    }),
    db().revision.findMany({
      where: { dictionary_id: found.dictionary_id },
      select: { manifest_sha256: true, created_at: true },
      orderBy: { id: "desc" },
    }),
    findAddress(viewer, found.manifest.provenance.parent),
    histogramsOf(found.id),
    db().dictionary.findUniqueOrThrow({
      where: { id: found.dictionary_id },
      select: { description: true, licence: true },
    }),
  ]);
  return {
    ...found.summary,
    ...said,
    is_own: viewer !== null && isOwnOf(viewer, found.owner_id),
    manifest: found.manifest,
    evaluation: evaluation.parse(documents.evaluation),
    training: z.array(trainingLine).parse(documents.training),
    histograms,
    files: documents.files.map((file) => ({ ...file, bytes: Number(file.bytes) })),
    exports: judgeAll(saelensCfg.parse(documents.cfg)),
    revisions: revisions.map(({ manifest_sha256, created_at }, i) => ({
      revision: manifest_sha256,
      created_at: created_at.toISOString(),
      newest: i === 0,
    })),
    parent,
    alive: documents.alive,
    suggested_feature: documents.suggested_feature,
  };
}

/** A revision's cfg.json. */
export async function cfgOf(id: number) {
  const { cfg } = await db().revision.findUniqueOrThrow({ where: { id }, select: { cfg: true } });
  return saelensCfg.parse(cfg);
}

async function findAddress(
  viewer: Viewer,
  manifest_sha256: string | null,
): Promise<RevisionAddress | null> {
  const [row] = await db().$queryRaw<RevisionAddress[]>`
    SELECT model.slug AS model, dictionary.slug, manifest_sha256 AS revision
    FROM revision
    JOIN dictionary ON dictionary.id = revision.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    WHERE manifest_sha256 = ${manifest_sha256} AND ${open(viewer)}`;
  return row ?? null;
}

/** The dictionary in short, or null if there is no such one. */
export async function getSummary(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<DictionarySummary | null> {
  return (await findRevision(viewer, model, slug, revision))?.summary ?? null;
}

export type FoundRevision = {
  id: number;
  dictionary_id: number;
  vocabulary_id: number;
  /** what labels, lists and mentions of its features are kept under */
  weights_from: number;
  owner_id: string | null;
  manifest: Manifest;
  summary: DictionarySummary;
};

/** The row that all of a dictionary's data hangs on: its newest revision, or the one pinned by sha256. */
export async function findRevision(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<FoundRevision | null> {
  return findOnce(viewer, model, slug, revision ?? null);
}

/** Parts of a page ask for the same dictionary each. */
const findOnce = cache(async function find(
  viewer: Viewer,
  model: string,
  slug: string,
  pinned: string | null,
): Promise<FoundRevision | null> {
  const [row] = await rowsOf<FoundRow>(Prisma.sql`
    SELECT revision.id, dictionary_id, vocabulary_id, weights_from, owner_id,
      "user".name AS owner,
      model.slug AS model, dictionary.slug, dictionary.visibility,
      revision.manifest_sha256, revision.created_at
    FROM revision
    JOIN dictionary ON dictionary.id = revision.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    LEFT JOIN "user" ON "user".id = owner_id
    WHERE model.slug = ${model} AND dictionary.slug = ${slug} AND ${open(viewer)}
      AND (${pinned}::text IS NULL OR manifest_sha256 = ${pinned})
    ORDER BY revision.id DESC LIMIT 1`);
  if (!row) return null;
  const { id, dictionary_id, vocabulary_id, weights_from, owner_id } = row;
  const read = await manifestOf(row.manifest_sha256);
  return {
    id,
    dictionary_id,
    vocabulary_id,
    weights_from,
    owner_id,
    manifest: read,
    summary: toSummary(row, { ...read, import: read.provenance.import }),
  };
});

/** A manifest is named by its hash, so that it can be kept. */
const manifestOf = keep(256, async (manifest_sha256: string): Promise<Manifest> => {
  const where = { manifest_sha256 };
  const row = await db().revision.findUniqueOrThrow({ where, select: { manifest: true } });
  return manifest.parse(row.manifest);
});

type FoundRow = Omit<SummaryRow, "sae" | "metrics" | "import"> &
  Pick<FoundRevision, "id" | "dictionary_id" | "vocabulary_id" | "weights_from" | "owner_id">;

/** What a summary takes of a revision: of its manifest two parts, which are a tenth of it. */
const summaryColumns = Prisma.sql`
  revision.manifest_sha256, revision.created_at, revision.manifest -> 'sae' AS sae,
  revision.manifest -> 'metrics' AS metrics,
  revision.manifest #> '{provenance,import}' AS import`;

type SummaryRow = {
  model: string;
  slug: string;
  visibility: Visibility;
  owner: string | null;
  manifest_sha256: string;
  created_at: Date;
  sae: unknown;
  metrics: unknown;
  import: unknown;
};

const summarised = manifest
  .pick({ sae: true, metrics: true })
  .extend({ import: manifest.shape.provenance.shape.import });

function toSummary(
  row: Omit<SummaryRow, "sae" | "metrics" | "import">,
  { sae, metrics, import: imported }: z.infer<typeof summarised>,
): DictionarySummary {
  return {
    model: row.model,
    slug: row.slug,
    visibility: row.visibility,
    owner: row.owner,
    hook_name: sae.hook_name,
    layer: layerOf(sae.hook_name),
    architecture: sae.architecture,
    d_in: sae.d_in,
    d_sae: sae.d_sae,
    k: sae.k,
    hook_name_out: sae.hook_name_out,
    skip_connection: sae.skip_connection,
    imported: imported && standing(imported),
    updated_at: row.created_at.toISOString(),
    revision: row.manifest_sha256,
    metrics,
  };
}

function standing({ check, accepted }: ImportProvenance): DictionarySummary["imported"] {
  if (check === null) return "unchecked";
  return accepted ? "misread" : "checked";
}

/** blocks.3.hook_resid_post → 3 */
function layerOf(hook_name: string): number | null {
  const layer = /^blocks\.(\d+)\./.exec(hook_name)?.[1];
  return layer === undefined ? null : Number(layer);
}

function byModelLayerSlug(a: DictionarySummary, b: DictionarySummary): number {
  return (
    a.model.localeCompare(b.model) ||
    (a.layer ?? -1) - (b.layer ?? -1) ||
    a.slug.localeCompare(b.slug)
  );
}
