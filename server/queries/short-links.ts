import "server-only";
import { featurePath } from "@/lib/routes.ts";
import { parseShortId } from "@/lib/short-link.ts";
import type { Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { open } from "../visibility.ts";

type Row = { model: string; slug: string; manifest_sha256: string; newest: boolean; d_sae: number };

/**
 * Where a short address leads: to the feature as its dictionary shows it, pinned when the dictionary has other
 * weights by now. Null if it stands for nothing that the viewer may open.
 */
export async function followShortLink(viewer: Viewer, id: string): Promise<string | null> {
  const key = parseShortId(id);
  if (!key) return null;
  const [row] = await db().$queryRaw<Row[]>`
    SELECT model.slug AS model, dictionary.slug, manifest_sha256,
      (manifest->'sae'->>'d_sae')::int AS d_sae,
      revision.id = (SELECT max(id) FROM revision WHERE dictionary_id = dictionary.id) AS newest
    FROM revision
    JOIN dictionary ON dictionary.id = revision.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    WHERE weights_from = ${key.weights_from} AND ${open(viewer)}
      AND dictionary_id = (SELECT dictionary_id FROM revision WHERE id = ${key.weights_from})
    ORDER BY revision.id DESC LIMIT 1`;
  if (!row || key.index >= row.d_sae) return null;
  const revision = row.newest ? null : row.manifest_sha256;
  return featurePath(row.model, row.slug, key.index, { revision });
}
