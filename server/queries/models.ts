import "server-only";
import { bundledModel } from "@/lib/import-answer.ts";
import type { ModelSummary, ModelView, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { listed, open } from "../visibility.ts";

/** The models of the dictionaries that are listed. */
export async function listModels(viewer: Viewer): Promise<ModelSummary[]> {
  return select(viewer, Prisma.sql`HAVING bool_or(${listed(viewer)}) ORDER BY model.slug`);
}

/** Models that a foreign dictionary may be of, with their layers: those of the hub and the bundled one. */
export async function listModelsAtHand(
  viewer: Viewer,
): Promise<Pick<ModelSummary, "slug" | "n_layers">[]> {
  const models = await listModels(viewer);
  const others = models.some(({ slug }) => slug === bundled.slug) ? [] : [bundled];
  return [...models, ...others].map(({ slug, n_layers }) => ({ slug, n_layers }));
}

/** The model in `trainer/embedded`. */
const bundled = { slug: bundledModel.slug, n_layers: 6 };

/** The model, or null if no dictionary that the viewer may open is of it. */
export async function getModel(viewer: Viewer, slug: string): Promise<ModelView | null> {
  const shown = Prisma.sql`HAVING model.slug = ${slug} AND bool_or(${open(viewer)})`;
  const [summary] = await select(viewer, shown);
  if (!summary) return null;
  const [details] = await db().$queryRaw<Omit<ModelView, keyof ModelSummary>[]>`
    SELECT weights_sha256, tokenizer_sha256,
      manifest #>> '{provenance,model,source}' AS source,
      manifest #>> '{provenance,model,commit}' AS commit,
      manifest #>> '{provenance,config,model}' AS given
    FROM model
    JOIN vocabulary ON vocabulary.id = vocabulary_id
    JOIN dictionary ON model_id = model.id
    JOIN revision ON dictionary_id = dictionary.id
    WHERE model.slug = ${slug} AND ${open(viewer)}
    ORDER BY manifest #>> '{provenance,model,source}' IS NULL, revision.id DESC LIMIT 1`;
  return details ? { ...summary, ...details } : null;
}

function select(viewer: Viewer, shown: Prisma.Sql): Promise<ModelSummary[]> {
  return db().$queryRaw<ModelSummary[]>`
    SELECT model.slug, n_layers, d_model, d_vocab,
      count(*) FILTER (WHERE ${listed(viewer)})::int AS dictionaries
    FROM model JOIN dictionary ON dictionary.model_id = model.id
    GROUP BY model.id ${shown}`;
}
