import "server-only";
import type { NameSearch, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { hasTrigrams } from "../trigrams.ts";
import { listed } from "../visibility.ts";
import { listDictionaries } from "./dictionaries.ts";
import { listModels } from "./models.ts";

export type Name = { model: string; slug: string; hook_name: string };

/**
 * Dictionaries whose name, hook or model holds the text, in either case, and those whose name is like
 * it; of the same kind the most alike first.
 */
export async function rankNames(viewer: Viewer, text: string, limit: number): Promise<Name[]> {
  if (text === "") return [];
  const name = Prisma.sql`(model.slug || '/' || dictionary.slug || ' ' || newest.hook_name)`;
  const likeness = (await hasTrigrams())
    ? Prisma.sql`word_similarity(lower(${text}), lower(${name}))`
    : Prisma.sql`0`;
  return db().$queryRaw<Name[]>`
    SELECT model, slug, hook_name FROM (
      SELECT model.slug AS model, dictionary.slug, newest.hook_name,
        position(lower(${text}) IN lower(${name})) > 0 AS holds, ${likeness} AS likeness
      FROM dictionary
      JOIN model ON model.id = dictionary.model_id
      JOIN LATERAL (
        SELECT manifest->'sae'->>'hook_name' AS hook_name FROM revision
        WHERE dictionary_id = dictionary.id ORDER BY id DESC LIMIT 1
      ) newest ON true
      WHERE ${listed(viewer)}
    ) named
    WHERE holds OR likeness >= 0.5
    ORDER BY holds DESC, likeness DESC, model, slug LIMIT ${limit}`;
}

const MOST = 200;

/** Models and dictionaries by name, with what their tables show; everything for no text. */
export async function searchNames(viewer: Viewer, text: string): Promise<NameSearch> {
  const [models, dictionaries, names] = await Promise.all([
    listModels(viewer),
    listDictionaries(viewer),
    rankNames(viewer, text, MOST),
  ]);
  if (text === "") return { models, dictionaries };
  const byName = new Map(dictionaries.map((one) => [`${one.model}/${one.slug}`, one]));
  const wanted = text.toLowerCase();
  return {
    models: models.filter(({ slug }) => slug.toLowerCase().includes(wanted)),
    dictionaries: names.flatMap(({ model, slug }) => byName.get(`${model}/${slug}`) ?? []),
  };
}
