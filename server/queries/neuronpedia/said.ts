import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../../db.ts";
import { commentsOf } from "../discussions.ts";
import type { Source } from "./source.ts";

const MOST_COMMENTS = 100;

export type Explanation = {
  id: string;
  description: string;
  explanationModelName: null;
  typeName: "human";
  scores: never[];
  triggeredByUser: { id: string; name: string } | null;
};

/** What people call some features of a source, what most agree with first; by index. */
export async function explanationsOf(
  { found: { weights_from } }: Source,
  indices: number[],
): Promise<Map<number, Explanation[]>> {
  type Row = { id: number; index: number; text: string; author: string | null };
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT label.id, index, text, "user".name AS author
    FROM label LEFT JOIN "user" ON "user".id = author_id
    WHERE weights_from = ${weights_from} AND index = ANY(${indices}::int[])
    ORDER BY (SELECT count(*) FROM label_vote WHERE label_id = label.id) DESC, label.id DESC`);
  const found = new Map<number, Explanation[]>(indices.map((index) => [index, []]));
  for (const { index, ...label } of rows) found.get(index)?.push(toExplanation(label));
  return found;
}

function toExplanation(label: { id: number; text: string; author: string | null }): Explanation {
  return {
    id: String(label.id),
    description: label.text,
    explanationModelName: null,
    typeName: "human",
    scores: [],
    triggeredByUser: label.author === null ? null : { id: label.author, name: label.author },
  };
}

/** The lists that it is in, of those that the viewer may find: public ones and their own. */
export async function listsOf(viewer: Viewer, { found, about }: Source, index: number) {
  type Row = {
    id: string;
    title: string;
    description: string;
    owner: string;
    note: string;
    created_at: Date;
    updated_at: Date;
    added_at: Date;
  };
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT list.id, title, description, "user".name AS owner, note, list.created_at,
      list.updated_at, list_item.created_at AS added_at
    FROM list_item JOIN list ON list.id = list_id JOIN "user" ON "user".id = owner_id
    WHERE weights_from = ${found.weights_from} AND index = ${index}
      AND (visibility = 'public' OR owner_id = ${viewer?.id ?? null})
    ORDER BY list.updated_at DESC, list.id`);
  const { modelId, layer } = about;
  return rows.map((row) => ({
    modelId,
    layer,
    index: String(index),
    listId: row.id,
    description: row.note,
    addedAt: row.added_at.toISOString(),
    userId: row.owner,
    list: {
      id: row.id,
      name: row.title,
      description: row.description,
      defaultTestText: null,
      userId: row.owner,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    },
  }));
}

/** Comments that name it, as the viewer may read them, the newest first. */
export async function commentsOn(viewer: Viewer, { found, about }: Source, index: number) {
  const mentions = { some: { weights_from: found.weights_from, index } };
  const comments = await commentsOf(viewer, { mentions, deleted_at: null }, MOST_COMMENTS);
  const { modelId, layer } = about;
  return comments.map(({ id, body, author, created_at }) => ({
    id: String(id),
    modelId,
    layer,
    index: String(index),
    text: body,
    userId: author ?? "",
    createdAt: created_at,
    user: { name: author ?? "" },
  }));
}
