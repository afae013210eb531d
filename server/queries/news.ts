import "server-only";
import { featurePath } from "@/lib/routes.ts";
import type { NewsItem, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { listed, open } from "../visibility.ts";
import { commentsOf } from "./discussions.ts";
import { featureLinks } from "./feature-links.ts";

const ITEMS = 50;

type Of = { dictionary_id: number } | { weights_from: number; index: number } | null;

/** What was said last: comments that name a feature or a dictionary, and labels; of the hub, all. */
export async function listNews(viewer: Viewer, of: Of): Promise<NewsItem[]> {
  const [comments, labels] = await Promise.all([commentNews(viewer, of), labelNews(viewer, of)]);
  return [...comments, ...labels]
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
    .slice(0, ITEMS);
}

async function commentNews(viewer: Viewer, of: Of): Promise<NewsItem[]> {
  const where = { deleted_at: null, ...(of && { mentions: { some: of } }) };
  const comments = await commentsOf(viewer, where, ITEMS);
  return comments.map(({ address, title, body, author, created_at, edited_at }) => ({
    id: address.replace(/^(\/discussions\/\d+)[^#]*/, "$1"), // a title may be changed
    address,
    title,
    text: body,
    author,
    created_at,
    updated_at: edited_at ?? created_at,
  }));
}

async function labelNews(viewer: Viewer, of: Of): Promise<NewsItem[]> {
  type Row = {
    id: number;
    text: string;
    author: string | null;
    weights_from: number;
    index: number;
    created_at: Date;
    edited_at: Date | null;
  };
  const where =
    of === null
      ? listed(viewer)
      : "dictionary_id" in of
        ? Prisma.sql`dictionary_id = ${of.dictionary_id} AND ${open(viewer)}`
        : Prisma.sql`weights_from = ${of.weights_from} AND index = ${of.index} AND ${open(viewer)}`;
  const rows = await db().$queryRaw<Row[]>`
    SELECT label.id, text, "user".name AS author, weights_from, index, label.created_at, edited_at
    FROM label
    JOIN dictionary ON dictionary.id = dictionary_id
    LEFT JOIN "user" ON "user".id = author_id
    WHERE ${where} ORDER BY label.id DESC LIMIT ${ITEMS}`;
  const links = await featureLinks(viewer, rows);
  return rows.flatMap((row, i) => {
    const link = links[i];
    if (!link) return [];
    const path = featurePath(link.model, link.dictionary, row.index, link);
    return [
      {
        id: `/labels/${row.id}`,
        address: `${path}#labels`,
        title: `Label of feature ${row.index} of ${link.dictionary}: ${row.text}`,
        text: row.text,
        author: row.author,
        created_at: row.created_at.toISOString(),
        updated_at: (row.edited_at ?? row.created_at).toISOString(),
      },
    ];
  });
}
