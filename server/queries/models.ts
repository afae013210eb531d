import "server-only";
import type { ModelSummary, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { listed, open } from "../visibility.ts";

/** The models of the dictionaries that are listed. */
export async function listModels(viewer: Viewer): Promise<ModelSummary[]> {
  return select(viewer, Prisma.sql`HAVING bool_or(${listed(viewer)}) ORDER BY model.slug`);
}

/** The model, or null if no dictionary that the viewer may open is of it. */
export async function getModel(viewer: Viewer, slug: string): Promise<ModelSummary | null> {
  const shown = Prisma.sql`HAVING model.slug = ${slug} AND bool_or(${open(viewer)})`;
  return (await select(viewer, shown))[0] ?? null;
}

function select(viewer: Viewer, shown: Prisma.Sql): Promise<ModelSummary[]> {
  return db().$queryRaw<ModelSummary[]>`
    SELECT model.slug, n_layers, d_model, d_vocab,
      count(*) FILTER (WHERE ${listed(viewer)})::int AS dictionaries
    FROM model JOIN dictionary ON dictionary.model_id = model.id
    GROUP BY model.id ${shown}`;
}
