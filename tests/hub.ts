import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pool } from "../server/db.ts";
import { type Ingested, type IngestOptions, ingestBundle } from "../server/ingest/ingest.ts";
import { storage } from "../server/storage.ts";
import { type Packed, tarOf } from "../trainer/fixtures/archives.ts";
import { type TinyBundleOptions, writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";

/** Whose hub it is as long as nobody has to sign in. */
export const localOwner = { id: "local", name: "local owner", role: "maintainer" } as const;

/** A folder with a tiny bundle, which goes with the test file's DATA_DIR. */
export async function tinyBundle(options: TinyBundleOptions = {}): Promise<string> {
  const dir = join(await mkdtemp(join(process.env.DATA_DIR as string, "bundle-")), "bundle");
  await writeTinyBundle(dir, options);
  return dir;
}

export async function tarOfFolder(dir: string): Promise<Buffer> {
  const files: Packed[] = [];
  for (const name of await readdir(dir))
    files.push({ name, data: await readFile(join(dir, name)) });
  return tarOf(files);
}

export async function ingest(
  dir: string,
  by: IngestOptions["by"] = { user_id: "local", visibility: "public" },
): Promise<Ingested> {
  const signal = new AbortController().signal;
  return ingestBundle(dir, { storage: storage(), report: () => {}, signal, by });
}

/** The tables' rows, the partitions and the stored files: all that an ingest can leave. */
export async function everythingKept(): Promise<Record<string, unknown>> {
  const kept: Record<string, unknown> = { files: await storage().list("") };
  for (const table of [
    "model",
    "vocabulary",
    "dictionary",
    "revision",
    "revision_file",
    "feature",
  ]) {
    const { rows } = await pool().query(`SELECT count(*)::int AS rows FROM ${table}`);
    kept[table] = rows[0].rows;
  }
  const { rows } = await pool().query(
    `SELECT tablename FROM pg_tables WHERE tablename ~ '_r[0-9]+$' ORDER BY tablename`,
  );
  kept.partitions = rows.map((row) => row.tablename);
  return kept;
}
