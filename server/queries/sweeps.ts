import "server-only";
import type { GroupView, SweepSummary, SweepView, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { listRuns, silent } from "./runs.ts";

/** The sweeps that were sent here or that runs name, the newest first. */
export async function listSweeps(): Promise<SweepSummary[]> {
  const rows = await db().$queryRaw<(Omit<SweepSummary, "created_at"> & { created_at: Date })[]>`
    WITH named AS (
      SELECT sweep AS name, min(created_at) AS created_at, count(*)::int AS runs,
        count(*) FILTER (WHERE state = 'running' AND NOT ${silent})::int AS running,
        count(*) FILTER (WHERE state = 'finished')::int AS finished,
        count(*) FILTER (WHERE state = 'failed')::int AS failed,
        coalesce(sum(CASE state WHEN 'finished' THEN train_tokens
          ELSE (latest->>'tokens')::float8 END), 0)::float8 AS tokens,
        sum(train_tokens)::float8 AS train_tokens
      FROM run WHERE sweep IS NOT NULL GROUP BY sweep
    ), queued AS (
      SELECT sweep AS name, sum(dictionaries)::int AS dictionaries FROM sweep_group GROUP BY sweep
    )
    SELECT name, coalesce(sweep.created_at, named.created_at) AS created_at,
      greatest(coalesce(dictionaries, 0), coalesce(runs, 0)) AS runs, coalesce(running, 0) AS running,
      coalesce(finished, 0) AS finished, coalesce(failed, 0) AS failed, coalesce(tokens, 0) AS tokens,
      coalesce(train_tokens / runs, 0) * greatest(coalesce(dictionaries, 0), coalesce(runs, 0))
        AS train_tokens
    FROM named FULL JOIN queued USING (name) LEFT JOIN sweep USING (name)
    ORDER BY created_at DESC`;
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
}

/** The sweep with its runs and, if it was sent to the queue, its groups; null when nothing names it. */
export async function getSweep(viewer: Viewer, name: string): Promise<SweepView | null> {
  const [groups, runs] = await Promise.all([listGroups(name), listRuns(viewer, { sweep: name })]);
  return groups.length + runs.length > 0 ? { name, groups, runs } : null;
}

async function listGroups(sweep: string): Promise<GroupView[]> {
  const rows = await db().sweepGroup.findMany({
    where: { sweep },
    orderBy: { index: "asc" },
    omit: { config: true, claim: true },
  });
  return rows.map(({ id, name, dictionaries, state, attempts, worker, error, ...times }) => {
    const isLost = state === "running" && (times.lease_until ?? new Date()) < new Date();
    const updated_at = times.updated_at.toISOString();
    return {
      id,
      name,
      dictionaries,
      state: isLost ? "lost" : state,
      attempts,
      worker,
      error,
      updated_at,
    };
  });
}
