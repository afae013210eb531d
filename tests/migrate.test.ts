import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { migrate } from "../scripts/migrate.mjs";
import { prisma } from "../scripts/prisma.mjs";
import { featureLayout, pack } from "../server/packed.ts";
import { databaseUrl, query } from "./setup/postgres.ts";

/* A database that begins empty; two migrations of which one may be broken. */

const name = `migrate_${process.pid}`;
const url = databaseUrl(inject("server"), name);
const temporary = mkdtempSync(join(tmpdir(), "hub-migrations-"));
const folder = join(temporary, "migrations");

beforeAll(() => query(inject("server"), `CREATE DATABASE ${name}`));
afterAll(async () => {
  rmSync(temporary, { recursive: true });
  await query(inject("server"), `DROP DATABASE ${name} WITH (FORCE)`);
});
beforeEach(async () => {
  await query(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  migration("1_first", "CREATE TABLE first (); CREATE TABLE other ();");
  migration("2_second", "CREATE TABLE second ();");
});

test("applies each migration once, however many processes begin at the same time", async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, folder)));
  expect(applied.flat()).toEqual(["1_first", "2_second"]);
  expect(await tables()).toEqual(["_prisma_migrations", "first", "other", "second"]);
});

test("a migration that fails leaves nothing behind, and can be tried again", async () => {
  migration("2_second", "CREATE TABLE half (); SELECT 1 / 0;");
  await expect(migrate(url, folder)).rejects.toThrow("Migration 2_second failed: division by zero");
  expect(await tables()).toEqual(["_prisma_migrations", "first", "other"]);
  migration("2_second", "CREATE TABLE second ();");
  expect(await migrate(url, folder)).toEqual(["2_second"]);
});

test("a database of a newer hub is refused", async () => {
  await migrate(url, folder);
  const older = join(temporary, "older");
  cpSync(join(folder, "1_first"), join(older, "1_first"), { recursive: true });
  await expect(migrate(url, older)).rejects.toThrow("newer version of the hub (2_second)");
});

test("datapoints of a hub that knew no tokens of them get theirs", async () => {
  await query(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const before = join(temporary, "before-tokens");
  for (const name of readdirSync("prisma/migrations"))
    if (name < "0004")
      cpSync(join("prisma/migrations", name), join(before, name), { recursive: true });
  await migrate(url, before);
  await query(
    url,
    `INSERT INTO vocabulary (tokenizer_sha256, tokens) VALUES ('', '');
     INSERT INTO model (slug, weights_sha256, n_layers, d_model, d_vocab, vocabulary_id)
       SELECT 'tiny', '', 1, 1, 9, id FROM vocabulary;
     INSERT INTO dictionary (model_id, slug) SELECT id, 'one' FROM model;
     INSERT INTO revision (id, dictionary_id, manifest_sha256, cfg, manifest, evaluation, training,
       alive, bundle_bytes) SELECT 7, id, '', '{}', '{}', '{}', '[]', 0, 0 FROM dictionary;
     CREATE TABLE context_r7 PARTITION OF context FOR VALUES IN (7);
     CREATE TABLE datapoint_r7 PARTITION OF datapoint FOR VALUES IN (7);
     INSERT INTO context VALUES (7, 3, '{5,6,8}');
     INSERT INTO datapoint VALUES (7, 0, 3, 2, 1, 2, 1, 0.5, 4, 3.5, 2);`,
  );
  await migrate(url);
  expect(await rows("SELECT token_id, origin, active FROM datapoint")).toEqual([
    { token_id: 8, origin: 0, active: null },
  ]);
  expect(await rows("SELECT * FROM context_losses")).toEqual([]);
});

test("features of a hub that kept their norms and places in the record have them as columns", async () => {
  await query(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const before = join(temporary, "before-columns");
  for (const name of readdirSync("prisma/migrations"))
    if (name < "0013")
      cpSync(join("prisma/migrations", name), join(before, name), { recursive: true });
  await migrate(url, before);
  const packed = pack(featureLayout, [
    {
      ...{ index: 5, density: 0.5, n_active: 4, max_activation: 3, mean_activation: 2 },
      ...{ activation_histogram: [4, 0, 1], top_logit_tokens: [7, 8], top_logit_values: [3, 2] },
      ...{ bottom_logit_tokens: [9], bottom_logit_values: [-3], logit_histogram: [] },
      ...{ logit_min: -3, logit_max: 3, decoder_norm: 0.7, encoder_decoder_cosine: 0.6 },
      ...{ nearest_features: [1, 2], nearest_cosines: [0.5, 0.4], umap_x: -12.3, umap_y: 1e-40 },
    },
  ]).toString("hex");
  await query(
    url,
    `ALTER TABLE feature DROP CONSTRAINT feature_revision_id_fkey;
     CREATE TABLE feature_r7 PARTITION OF feature FOR VALUES IN (7);
     INSERT INTO feature VALUES (7, 5, 0.5, 3, 0.5, 0.6, 1, '\\x${packed}');`,
  );
  await migrate(url);
  const [row] = await rows("SELECT decoder_norm, umap_x, umap_y FROM feature");
  const { decoder_norm, umap_x, umap_y } = row as Record<string, number>;
  expect([decoder_norm, umap_x, umap_y]).toEqual([0.7, -12.3, 1e-40]);
});

test("Prisma finds nothing left to do", async () => {
  await query(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await migrate(url);
  const { status, stdout } = prisma(["migrate", "status"], { stdio: "pipe", url });
  expect(stdout).toContain("Database schema is up to date!");
  expect(status).toBe(0);
});

function migration(migrationName: string, sql: string): void {
  mkdirSync(join(folder, migrationName), { recursive: true });
  writeFileSync(join(folder, migrationName, "migration.sql"), sql);
}

async function tables(): Promise<string[]> {
  const found = await rows(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  return found.map((row) => row.tablename as string);
}

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found = await client.query(sql);
  await client.end();
  return found.rows;
}
