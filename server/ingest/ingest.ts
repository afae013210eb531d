import "server-only";
import { join } from "node:path";
import type { PoolClient } from "pg";
import type { Manifest, Report } from "trainer/bundle";
import { hashFile, verifyBundle } from "trainer/bundle/files";
import type { Visibility } from "@/lib/views.ts";
import { pool } from "../db.ts";
import { bundleKey, type Storage } from "../storage.ts";
import { canonicalTar, layOut } from "./canonical-tar.ts";
import { readDocuments } from "./documents.ts";
import { loadTables } from "./load.ts";
import { attachPartition, type Partitioned, partitioned } from "./partitions.ts";
import { checkModel, checkOwner, checkSlugs, register } from "./register.ts";

/** `by` is who sent it, null if the account is gone; the dictionary becomes theirs, as visible as they asked. */
export type IngestOptions = {
  storage: Storage;
  report: Report;
  signal: AbortSignal;
  by: { user_id: string | null; visibility: Visibility };
};

/** Where the bundle's dictionary stands, and whether this ingest put it there. */
export type Ingested = {
  model: string;
  dictionary: string;
  revision: string;
  isNew: boolean;
};

/**
 * Verifies an unpacked bundle and takes it in, in one transaction: afterwards its revision is wholly
 * there or not at all. A bundle that is there already is left as it is.
 */
export async function ingestBundle(dir: string, options: IngestOptions): Promise<Ingested> {
  const manifest = await verifyBundle(dir, options);
  checkSlugs(manifest);
  const self = await hashFile(join(dir, "manifest.json"));
  const client = await pool().connect();
  let broken = false;
  try {
    const isNew = await ingestVerified(client, { dir, manifest, self }, options);
    return { model: manifest.model_id, dictionary: manifest.name, revision: self.sha256, isNew };
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** `self` is the length and sha256 of manifest.json, which names all others. */
type Verified = { dir: string; manifest: Manifest; self: { bytes: number; sha256: string } };

async function ingestVerified(
  client: PoolClient,
  { dir, manifest, self }: Verified,
  { storage, report, signal, by }: IngestOptions,
): Promise<boolean> {
  const manifest_sha256 = self.sha256;
  await client.query("BEGIN");
  // Whoever takes in the same bundle at the same time waits here, and then finds it there.
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [manifest_sha256]);
  const known = await visibilityOf(client, manifest_sha256);
  if (known !== null) {
    // of a private one nobody else is told more than that the name is taken
    if (known === "private") await checkOwner(client, manifest, by.user_id);
    await client.query("ROLLBACK");
    return false;
  }
  await checkModel(client, manifest);
  await checkOwner(client, manifest, by.user_id);
  const documents = await readDocuments(dir);
  const revision_id = await nextRevisionId(client);
  const { files: stated, sae } = manifest;
  const options = { dir, revision_id, d_sae: sae.d_sae, files: stated, report, signal };
  const loaded = await loadTables(client, options);

  const key = bundleKey(manifest_sha256);
  const { files, bytes } = layOut(manifest, self);
  report({ stage: "store", done: 0, total: bytes, unit: "bytes" });
  await storage.put(key, canonicalTar(dir, manifest.name, files));
  try {
    signal.throwIfAborted();
    // From here to the commit ingests take turns, so that none waits for another in a circle.
    await client.query("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE");
    await register(client, {
      dir,
      manifest,
      manifest_sha256,
      revision_id,
      documents,
      loaded,
      files,
      bundle_bytes: bytes,
      by,
    });
    for (const table of Object.keys(partitioned) as Partitioned[])
      await attachPartition(client, table, revision_id);
  } catch (error) {
    await storage.delete(key);
    throw error;
  }
  await client.query("COMMIT");
  return true;
}

/** Who sees the dictionary that has this revision; null if none has it. */
async function visibilityOf(
  client: PoolClient,
  manifest_sha256: string,
): Promise<Visibility | null> {
  const { rows } = await client.query<{ visibility: Visibility }>(
    `SELECT visibility FROM revision JOIN dictionary ON dictionary.id = dictionary_id
     WHERE manifest_sha256 = $1`,
    [manifest_sha256],
  );
  return rows[0]?.visibility ?? null;
}

async function nextRevisionId(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    "SELECT nextval(pg_get_serial_sequence('revision', 'id'))::int AS id",
  );
  return (rows[0] as { id: number }).id;
}
