import "server-only";
import type { ReportedLine, RunState } from "trainer/bundle";
import type { RunLines, RunSummary, RunView, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { isRunId } from "../runs/record.ts";
import { open } from "../visibility.ts";

/** A run that runs says so every few seconds. */
export const silent = Prisma.sql`heard_at < now() - interval '60 seconds'`;

/**
 * The newest runs, at most so many; of a sweep, all of them in the order in which they came; with
 * `sweep` null those that belong to none.
 */
export async function listRuns(
  viewer: Viewer,
  of: { sweep?: string | null | undefined; sort?: "created_at" | "heard_at"; limit?: number } = {},
): Promise<RunSummary[]> {
  const { sweep, sort = "created_at", limit = 200 } = of;
  const column = Prisma.raw(`run.${sort}`);
  const newest = Prisma.sql`ORDER BY ${column} DESC, run.id LIMIT ${limit}`;
  if (sweep === undefined) return (await select(viewer, newest)).map(toSummary);
  if (sweep === null)
    return (await select(viewer, Prisma.sql`WHERE sweep IS NULL ${newest}`)).map(toSummary);
  const which = Prisma.sql`WHERE sweep = ${sweep} ORDER BY run.created_at, run.name`;
  const rows = await select(viewer, which);
  return rows.map(toSummary);
}

/** The run, or null if there is none of that id. */
export async function getRun(viewer: Viewer, id: string): Promise<RunView | null> {
  if (!isRunId(id)) return null;
  const [row] = await select(viewer, Prisma.sql`WHERE run.id = ${id}::uuid`);
  return row ? { ...toSummary(row), config: row.config } : null;
}

/**
 * A run's lines for a chart: the means of equal numbers of steps, a power of two, so that there are
 * at most `most` of them and one that is complete never moves again. Null if there is no such run.
 */
export async function listLines(id: string, most: number): Promise<RunLines | null> {
  if (!isRunId(id)) return null;
  const run = await db().run.findUnique({ where: { id }, select: { last_step: true } });
  if (!run) return null;
  const stride = 2 ** Math.max(0, Math.ceil(Math.log2(run.last_step / most)));
  const rows = await db().$queryRaw<(ReportedLine & { lines: number })[]>`
    SELECT max(step) AS step, max(tokens)::float8 AS tokens, avg(loss) AS loss,
      avg(mse_loss) AS mse_loss, avg(sparsity_loss) AS sparsity_loss, avg(auxk_loss) AS auxk_loss,
      avg(l0) AS l0, avg(dead_fraction) AS dead_fraction, avg(fvu) AS fvu, avg(lr) AS lr,
      avg(grad_norm) AS grad_norm, avg(tokens_per_second) AS tokens_per_second,
      avg(orthogonality_loss) AS orthogonality_loss, count(*)::int AS lines
    FROM run_line WHERE run_id = ${id}::uuid GROUP BY (step - 1) / ${stride}::int ORDER BY 1`;
  const points = rows.map(({ lines: _, ...point }) => point);
  return { points, lines: rows.reduce((sum, row) => sum + row.lines, 0) };
}

type Row = Omit<RunSummary, "state" | "created_at" | "heard_at" | "dictionary"> & {
  config: Record<string, unknown>;
  state: RunState;
  is_silent: boolean;
  created_at: Date;
  heard_at: Date;
  latest: ReportedLine | null;
  dictionary_model: string | null;
  dictionary_slug: string | null;
};

/** A run is everybody's to see, but not what became of it if that is private. */
function select(viewer: Viewer, which: Prisma.Sql): Promise<Row[]> {
  return db().$queryRaw<Row[]>`
    SELECT run.id::text, run.name, sweep, host, dir, run.model, hook_name, hook_name_out, architecture, d_sae, k,
      train_tokens::float8, config, state, followed, wish, stage, done::float8, total::float8, error, latest,
      run.created_at, heard_at,
      state = 'running' AND ${silent} AS is_silent,
      model.slug AS dictionary_model, dictionary.slug AS dictionary_slug
    FROM run
    LEFT JOIN revision USING (manifest_sha256)
    LEFT JOIN dictionary ON dictionary.id = revision.dictionary_id AND ${open(viewer)}
    LEFT JOIN model ON model.id = dictionary.model_id
    ${which}`;
}

function toSummary(row: Row): RunSummary {
  const { config: _, is_silent, dictionary_model, dictionary_slug, ...rest } = row;
  return {
    ...rest,
    state: is_silent ? "silent" : row.state,
    created_at: row.created_at.toISOString(),
    heard_at: row.heard_at.toISOString(),
    dictionary:
      dictionary_model !== null && dictionary_slug !== null
        ? { model: dictionary_model, slug: dictionary_slug }
        : null,
  };
}
