import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { databaseUrl, query } from "./postgres.ts";

/*
 * Runs before each test file: DATABASE_URL is a migrated, empty database, DATA_DIR an empty folder.
 */
const server = inject("server");
const template = inject("template");
const name = `${template}_${process.pid}_${Date.now()}`;

await query(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
process.env.DATABASE_URL = databaseUrl(server, name);
process.env.DATA_DIR = await mkdtemp(join(tmpdir(), "hub-data-"));
process.env.RUNS_DIR = ""; // not those of whoever runs the tests

afterAll(async () => {
  await query(server, `DROP DATABASE ${name} WITH (FORCE)`);
  await rm(process.env.DATA_DIR as string, { recursive: true });
});
