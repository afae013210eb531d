import "server-only";
import { Prisma } from "@/prisma/client/client";
import { db, pool } from "../db.ts";
import type { Kind } from "./queue.ts";

/** The first half of the advisory locks' keys; the second is the hash of the job's id. */
const JOBS = 20317;

/**
 * Does the work while this process holds the job, unless another one does. The lock belongs to a
 * connection, so that it falls the moment its process is killed.
 */
export async function whileHolding(job: string, work: () => Promise<void>): Promise<void> {
  const client = await pool().connect();
  try {
    const { rows } = await client.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock($1, hashtext($2)) AS held",
      [JOBS, job],
    );
    if (rows[0]?.held) await work();
    // what comes next need not wait for the connection to be seen closing
    await client.query("SELECT pg_advisory_unlock_all()");
  } finally {
    client.release(true); // closed, not reused: so it holds nothing
  }
}

/** Jobs that are not finished and that no process holds: new ones, and those of a killed worker. */
export async function listUnheld(kind: Kind = "ingest"): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT id::text FROM ${works[kind]} job
    WHERE state IN ('waiting', 'running') AND NOT EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${JOBS}::int::oid
        AND objid = hashtext(job.id::text)::oid AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    ORDER BY created_at`;
  return rows.map((row) => row.id);
}

const works: Record<Kind, Prisma.Sql> = {
  ingest: Prisma.sql`(SELECT * FROM job WHERE work = 'ingest')`,
  inspect: Prisma.sql`(SELECT * FROM job WHERE work = 'inspect')`,
  import: Prisma.sql`(SELECT * FROM job WHERE work = 'import')`,
  compare: Prisma.sql`comparison`,
};
