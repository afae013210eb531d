import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { migrate } from "../scripts/migrate.mjs";
import { prisma } from "../scripts/prisma.mjs";
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
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  await client.end();
  return rows.map((row) => row.tablename);
}
