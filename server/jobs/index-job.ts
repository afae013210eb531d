import "server-only";
import type { Report } from "trainer/bundle";
import { db, pool } from "../db.ts";
import { copyRows } from "../ingest/copy.ts";
import { attachPartition, createPartition, partitioned } from "../ingest/partitions.ts";
import { countTokens, indexRows } from "../ingest/token-index.ts";
import { whileHolding } from "./lock.ts";

/** Revisions that were taken in before there was an index of tokens, the newest first. */
export async function listUnindexed(): Promise<{ id: number; d_sae: number }[]> {
  return db().$queryRaw`
    SELECT id, (manifest->'sae'->>'d_sae')::int AS d_sae FROM revision
    WHERE to_regclass(format('token_features_r%s', id)) IS NULL
    ORDER BY id DESC`;
}

const silent: Report = () => {};

/** Gives a revision its index of tokens, unless another worker is at it: wholly or not at all. */
export async function indexRevision(
  { id, d_sae }: { id: number; d_sae: number },
  signal: AbortSignal,
): Promise<void> {
  await whileHolding(`token index ${id}`, async () => {
    const client = await pool().connect();
    try {
      await client.query("BEGIN");
      const options = { revision_id: id, d_sae, report: silent, signal };
      const counts = await countTokens(client, options);
      const table = await createPartition(client, "token_features", id);
      await copyRows(client, table, partitioned.token_features, indexRows(id, counts));
      await client.query("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE"); // as an ingest does
      await attachPartition(client, "token_features", id);
      await client.query("COMMIT");
    } finally {
      client.release(true); // closed, not reused: what was not committed is rolled back
    }
  });
}
