import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { Failure, messageOf } from "./failure.mjs";

const LOCK = 72707369; // the advisory lock that Prisma's schema engine takes

const migrationsTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Applies what `prisma migrate deploy` would apply and keeps the same records, without Prisma's
 * native engine. Any number of processes may call it at once.
 * @param {string} url
 * @param {string} [folder]
 * @returns {Promise<string[]>} names of the migrations applied now
 */
export async function migrate(url, folder = "prisma/migrations") {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(migrationsTable);
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const done = await appliedMigrations(client, names);
    const pending = names.filter((name) => !done.has(name));
    for (const name of pending) await applyMigration(client, folder, name);
    return pending;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The database cannot be migrated: ${messageOf(error)}.`, { cause: error });
  } finally {
    await client.end(); // and with the session goes the lock
  }
}

/**
 * @param {pg.Client} client
 * @param {string[]} names the migrations that this version of the hub knows
 * @returns {Promise<Set<string>>}
 */
async function appliedMigrations(client, names) {
  const { rows } = await client.query(
    "SELECT migration_name, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  const failed = rows.find((row) => !row.finished_at);
  if (failed)
    throw new Failure(
      `Migration ${failed.migration_name} failed earlier; mend the database, then: npm run prisma -- migrate resolve --help`,
    );
  const done = rows.map((row) => row.migration_name);
  const unknown = done.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Failure(
      `The database belongs to a newer version of the hub (${unknown.join(", ")}).`,
    );
  return new Set(done);
}

/**
 * The migration and the record of it, in one transaction: a kill leaves both or neither.
 * @param {pg.Client} client
 * @param {string} folder
 * @param {string} name
 */
async function applyMigration(client, folder, name) {
  const script = readFileSync(join(folder, name, "migration.sql"));
  const checksum = createHash("sha256").update(script).digest("hex");
  try {
    await client.query("BEGIN");
    await client.query(script.toString()); // a query without values may hold many statements
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    throw new Failure(`Migration ${name} failed: ${messageOf(error)}`, { cause: error });
  }
}
