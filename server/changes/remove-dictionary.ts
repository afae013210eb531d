import "server-only";
import type { PoolClient } from "pg";
import { modelPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import { pool } from "../db.ts";
import { HttpError } from "../http.ts";
import { dropPartition, type Partitioned, partitioned } from "../ingest/partitions.ts";
import { bundleKey, storage } from "../storage.ts";
import { ownDictionary } from "./dictionary.ts";

/**
 * Removes a dictionary with all its revisions, in one transaction, and then its stored files, which a worker
 * would tidy away if this process died in between. Null if there is none that the user may open.
 */
export async function removeDictionary(
  user: NonNullable<Viewer>,
  model: string,
  slug: string,
): Promise<{ address: string } | null> {
  const found = await ownDictionary(user, model, slug);
  if (!found) return null;
  const client = await pool().connect();
  let broken = false;
  try {
    const { manifests, isLast } = await remove(client, found.dictionary_id);
    for (const sha256 of manifests) await storage().delete(bundleKey(sha256));
    return { address: isLast ? "/" : modelPath(model) };
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    if ((error as { code?: string }).code === LOCK_TIMEOUT)
      throw new HttpError(503, "others are reading it just now; try again in a moment");
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Postgres' code for a lock that was waited for too long: all readers would wait behind us. */
const LOCK_TIMEOUT = "55P03";

async function remove(client: PoolClient, dictionary_id: number) {
  await client.query("BEGIN");
  await client.query("SET LOCAL lock_timeout = '3s'");
  await client.query("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE"); // takes turns with ingests
  const { rows } = await client.query<{ id: number; manifest_sha256: string }>(
    "SELECT id, manifest_sha256 FROM revision WHERE dictionary_id = $1 ORDER BY id",
    [dictionary_id],
  );
  for (const { id } of rows)
    for (const table of Object.keys(partitioned) as Partitioned[])
      await dropPartition(client, table, id);
  // Of one that was private nobody else knew, and nobody is told.
  await client.query(
    `INSERT INTO tombstone (model, slug)
     SELECT model.slug, dictionary.slug FROM dictionary JOIN model ON model.id = model_id
     WHERE dictionary.id = $1 AND visibility <> 'private' ON CONFLICT DO NOTHING`,
    [dictionary_id],
  );
  await client.query("DELETE FROM dictionary WHERE id = $1", [dictionary_id]);
  const { rowCount } = await client.query(
    "DELETE FROM model WHERE NOT EXISTS (SELECT FROM dictionary WHERE model_id = model.id)",
  );
  await client.query(
    "DELETE FROM vocabulary WHERE NOT EXISTS (SELECT FROM model WHERE vocabulary_id = vocabulary.id)",
  );
  await client.query("COMMIT");
  return { manifests: rows.map((row) => row.manifest_sha256), isLast: rowCount !== 0 };
}
