import "server-only";
import { cache } from "react";
import type { ConnectedDictionary, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../db.ts";
import { listed, open } from "../visibility.ts";

/** A revision that another is connected with; `from` is the place of the source in the sources of the one that was connected. */
export type ConnectedRevision = {
  revision_id: number | null;
  from: number;
  dictionary: ConnectedDictionary;
};

type Row = {
  revision_id: number | null;
  from: number;
  slug: string;
  hook_name: string;
  manifest_sha256: string | null;
  same: boolean | null;
  newest: boolean | null;
};

/**
 * What a revision was connected from: of each dictionary the newest revision with the weights that were
 * connected, or else its newest.
 */
export const sourcesOf = cache(async function sources(
  viewer: Viewer,
  revision_id: number,
): Promise<ConnectedRevision[]> {
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT source."from", source.name AS slug, source.hook_name, found.*
    FROM connection_source source
    JOIN revision holder ON holder.id = source.revision_id
    JOIN dictionary own ON own.id = holder.dictionary_id
    LEFT JOIN LATERAL (
      SELECT revision.id AS revision_id, manifest_sha256,
        weights.sha256 = source.weights_sha256 AS same,
        revision.id = max(revision.id) OVER () AS newest
      FROM dictionary
      JOIN revision ON revision.dictionary_id = dictionary.id
      JOIN revision_file weights
        ON weights.revision_id = revision.id AND weights.name = 'sae_weights.safetensors'
      WHERE dictionary.model_id = own.model_id AND dictionary.slug = source.name
        AND ${open(viewer)}
      ORDER BY same DESC, revision.id DESC LIMIT 1
    ) found ON true
    WHERE source.revision_id = ${revision_id}
    ORDER BY source."from"`);
  return rows.map(toRevision);
});

/** The newest revisions of other dictionaries that were connected from this one, by its name. */
export const targetsOf = cache(async function targets(
  viewer: Viewer,
  revision_id: number,
): Promise<ConnectedRevision[]> {
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT source."from", dictionary.slug, revision.manifest->'sae'->>'hook_name' AS hook_name,
      revision.id AS revision_id, revision.manifest_sha256,
      weights.sha256 = source.weights_sha256 AS same, true AS newest
    FROM revision holder
    JOIN dictionary own ON own.id = holder.dictionary_id
    JOIN revision_file weights
      ON weights.revision_id = holder.id AND weights.name = 'sae_weights.safetensors'
    JOIN connection_source source ON source.name = own.slug
    JOIN revision ON revision.id = source.revision_id
    JOIN dictionary
      ON dictionary.id = revision.dictionary_id AND dictionary.model_id = own.model_id
    WHERE holder.id = ${revision_id}
      AND revision.id = (SELECT max(id) FROM revision WHERE dictionary_id = dictionary.id)
      AND ${listed(viewer)}
    ORDER BY dictionary.slug`);
  return rows.map(toRevision);
});

function toRevision({ revision_id, from, slug, hook_name, ...row }: Row): ConnectedRevision {
  const state = revision_id === null ? "missing" : row.same ? "same" : "other_weights";
  const revision = row.newest ? null : row.manifest_sha256;
  return { revision_id, from, dictionary: { slug, hook_name, state, revision } };
}
