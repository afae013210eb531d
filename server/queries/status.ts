import "server-only";
import { statfs } from "node:fs/promises";
import type { StatusView, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { listed } from "../visibility.ts";

type Row = Omit<NonNullable<StatusView["database"]>, "answered_ms"> & { migration: string | null };

/** Whether the hub is well. That the database does not answer is what it says then, not an error. */
export async function getStatus(viewer: Viewer): Promise<StatusView> {
  const asked = performance.now();
  const row = await readRow(viewer).catch((error) => {
    console.error("the status:", error);
    return null;
  });
  const answered_ms = performance.now() - asked;
  const isKeeper = viewer?.role === "maintainer";
  return {
    ok: row !== null && row.workers > 0,
    version: process.env.npm_package_version ?? null,
    up_seconds: Math.round(process.uptime()),
    database: row && { ...row, answered_ms },
    free_bytes: isKeeper ? await freeBytes() : null,
  };
}

/** Workers are the connections that call themselves so (scripts/hub.mjs). */
async function readRow(viewer: Viewer): Promise<Row> {
  const [row] = await db().$queryRaw<Row[]>`
    SELECT
      (SELECT count(DISTINCT (client_addr, application_name))::int FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'dictionary-hub worker%') AS workers,
      (SELECT count(*)::int FROM job WHERE state = 'waiting') AS waiting,
      (SELECT count(*)::int FROM job WHERE state = 'running') AS running,
      (SELECT count(*)::int FROM job WHERE state = 'failed' AND updated_at > now() - interval '1 day') AS failed,
      (SELECT count(*)::int FROM job WHERE state = 'running' AND work <> 'ingest') AS importing,
      (SELECT count(*)::int FROM job WHERE state = 'asking') AS asking,
      (SELECT extract(epoch FROM now() - min(created_at))::float8 FROM job WHERE state = 'waiting') AS oldest_seconds,
      (SELECT count(*)::int FROM run WHERE state = 'running' AND heard_at > now() - interval '60 seconds') AS training,
      (SELECT count(*)::int FROM dictionary WHERE ${listed(viewer)}) AS dictionaries,
      (SELECT max(migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL) AS migration`;
  return row as Row;
}

/** Of the disk that uploads and bundles lie on; null where it cannot be told. */
async function freeBytes(): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(env().DATA_DIR);
    return bavail * bsize;
  } catch {
    return null;
  }
}
