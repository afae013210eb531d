import type { PoolClient } from "pg";
import { pool } from "../server/db.ts";
import {
  attachPartition,
  createPartition,
  type Partitioned,
  partitioned,
  partitionName,
} from "../server/ingest/partitions.ts";

/**
 * Another dictionary with the rows of one that was taken in, copied within the database: the same pages and queries for a
 * fifth of the time. Nothing of it but the rows is there, no file; `tables`: those that are read.
 */
export async function copyDictionary(
  from: string,
  to: string,
  tables: readonly Partitioned[] = Object.keys(partitioned) as Partitioned[],
): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("BEGIN");
    await copy(client, from, to, tables);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

async function copy(
  client: PoolClient,
  from: string,
  to: string,
  tables: readonly Partitioned[],
): Promise<void> {
  const id = async (text: string, values: unknown[]) => {
    const { rows } = await client.query<{ id: number }>(text, values);
    return (rows[0] as { id: number }).id;
  };
  const source = await id(
    `SELECT max(revision.id) AS id FROM revision JOIN dictionary ON dictionary.id = dictionary_id WHERE slug = $1`,
    [from],
  );
  const dictionary = await id(
    `INSERT INTO dictionary (model_id, slug, owner_id)
     SELECT model_id, $2, owner_id FROM dictionary WHERE slug = $1 RETURNING id`,
    [from, to],
  );
  const revision = await id(
    `INSERT INTO revision (dictionary_id, manifest_sha256, weights_from, cfg, manifest, evaluation, training,
       histograms, alive, suggested_feature, bundle_bytes)
     SELECT $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'), 0, cfg, jsonb_set(manifest::jsonb, '{name}', to_jsonb($3::text)),
       evaluation, training, histograms, alive, suggested_feature, bundle_bytes
     FROM revision WHERE id = $1 RETURNING id`,
    [source, dictionary, to],
  );
  await client.query("UPDATE revision SET weights_from = id WHERE id = $1", [revision]);
  await client.query(
    `INSERT INTO revision_file (revision_id, name, bytes, sha256, "offset")
     SELECT $2, name, bytes, sha256, "offset" FROM revision_file WHERE revision_id = $1`,
    [source, revision],
  );
  for (const table of tables) {
    const [, ...columns] = Object.keys(partitioned[table]).map((name) => `"${name}"`);
    const partition = await createPartition(client, table, revision);
    await client.query(
      `INSERT INTO "${partition}" (revision_id, ${columns}) SELECT ${revision}, ${columns} FROM "${partitionName(table, source)}"`,
    );
    await attachPartition(client, table, revision);
  }
}
