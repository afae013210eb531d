import { rm } from "node:fs/promises";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "../../scripts/migrate.mjs";
import { startPostgres } from "../../scripts/postgres.mjs";
import { temporaryFolder } from "../../scripts/temporary-folder.mjs";

declare module "vitest" {
  interface ProvidedContext {
    server: string;
    template: string;
  }
}

/**
 * A migrated database that every test file gets a copy of: on the server of TEST_DATABASE_URL
 * or, without it, on one that lives as long as the tests.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url: server, stop } = process.env.TEST_DATABASE_URL
    ? { url: process.env.TEST_DATABASE_URL, stop: async () => {} }
    : await temporaryPostgres();
  const template = `template_${process.pid}`;
  await query(server, `CREATE DATABASE ${template}`);
  await migrate(databaseUrl(server, template));
  project.provide("server", server);
  project.provide("template", template);
  return async () => {
    await query(server, `DROP DATABASE ${template} WITH (FORCE)`);
    await stop();
  };
}

async function temporaryPostgres() {
  const folder = temporaryFolder();
  const postgres = await startPostgres(folder, { fsync: "off" });
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  };
  return { url: postgres.url, stop };
}

export function databaseUrl(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

export async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
