import "server-only";
import { sections } from "trainer/bundle";
import type { ModelExperiments, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { listed } from "../visibility.ts";

/** Experiments that are about several dictionaries of a model at once: each of them holds the same section. */
const shared = ["across_layers", "layers", "width"];

/** Of each shared experiment the section of the newest dictionary that has one. */
export async function getModelExperiments(
  viewer: Viewer,
  model: string,
): Promise<ModelExperiments> {
  const rows = await db().$queryRaw<{ name: string; section: unknown }[]>`
    SELECT DISTINCT ON (name) name, newest.experiments -> name AS section
    FROM (
      SELECT DISTINCT ON (dictionary.id) revision.id, evaluation -> 'experiments' AS experiments
      FROM revision
      JOIN dictionary ON dictionary.id = revision.dictionary_id
      JOIN model ON model.id = dictionary.model_id
      WHERE model.slug = ${model} AND ${listed(viewer)}
      ORDER BY dictionary.id, revision.id DESC
    ) newest
    CROSS JOIN unnest(${shared}::text[]) name
    WHERE newest.experiments -> name IS NOT NULL
    ORDER BY name, newest.id DESC`;
  return sections.parse(Object.fromEntries(rows.map(({ name, section }) => [name, section])));
}
