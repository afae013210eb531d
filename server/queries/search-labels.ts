import "server-only";
import type { LabelHit, LabelSearch, SearchQuery, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { hasTrigrams } from "../trigrams.ts";
import { listed } from "../visibility.ts";

const MOST = 100;

/**
 * What people call features: labels with the words of the text in any form, those that hold it and, where the database
 * has trigrams, those that are like it. Only of the weights that dictionaries show now.
 */
export async function searchLabels(
  viewer: Viewer,
  { q, model, dictionary }: Pick<SearchQuery, "q" | "model"> & { dictionary: string | string[] },
  { limit = MOST, offset = 0 } = {},
): Promise<LabelSearch> {
  if (q === "") return { hits: [], more: false };
  const byWords = Prisma.sql`
    to_tsvector('english', label.text) @@ websearch_to_tsquery('english', ${q})`;
  const text = Prisma.sql`lower(${q})`;
  const trigrams = await hasTrigrams();
  const holds = Prisma.sql`${byWords} OR lower(label.text) LIKE ${containing(q)}`;
  const found = trigrams
    ? Prisma.sql`(${holds} OR lower(label.text) % ${text})`
    : Prisma.sql`(${holds})`;
  const likeness = trigrams
    ? Prisma.sql`similarity(lower(label.text), ${text})`
    : Prisma.sql`0::real`;
  const hits = await db().$queryRaw<LabelHit[]>`
    SELECT model.slug AS model, dictionary.slug AS dictionary, label.index, label.text,
      (SELECT count(*)::int FROM label_vote WHERE label_id = label.id) AS votes
    FROM label
    JOIN dictionary ON dictionary.id = label.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    WHERE ${found} AND ${listed(viewer)}
      AND (${model} = '' OR model.slug = ${model})
      AND (${dictionary === ""} OR dictionary.slug = ANY(${[dictionary].flat()}::text[]))
      AND label.weights_from = (
        SELECT weights_from FROM revision WHERE dictionary_id = dictionary.id
        ORDER BY id DESC LIMIT 1
      )
    ORDER BY ${byWords} DESC, ${likeness} DESC, votes DESC, label.id
    LIMIT ${limit + 1} OFFSET ${offset}`;
  return { hits: hits.slice(0, limit), more: hits.length > limit };
}

/** A pattern of LIKE in which the text stands for itself. */
function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
}
