import "server-only";
import type { LabelView, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";
import { open } from "../visibility.ts";
import type { FoundRevision } from "./dictionaries.ts";

type Weights = Pick<FoundRevision, "weights_from">;

/** What people call a feature: what most agree with first, of those the newest. */
export async function labelsOf(
  viewer: Viewer,
  { weights_from }: Weights,
  index: number,
): Promise<LabelView[]> {
  return toViews(viewer, Prisma.sql`weights_from = ${weights_from} AND index = ${index}`);
}

/** One label; null if there is none of that id that the viewer may see. */
export async function getLabel(viewer: Viewer, id: number): Promise<LabelView | null> {
  return (await toViews(viewer, Prisma.sql`label.id = ${id}`))[0] ?? null;
}

/** The first label of each feature that has one, of the features that are given. */
export async function bestLabels(
  weights: Weights,
  indexes: number[],
): Promise<Map<number, string>> {
  const rows = await db().$queryRaw<{ index: number; text: string }[]>`
    ${bestOfEach(weights, Prisma.sql`index = ANY(${indexes}::int[])`)}`;
  return new Map(rows.map(({ index, text }) => [index, text]));
}

/** The same as rows of index and text, for other queries. */
export function bestOfEach({ weights_from }: Weights, where = Prisma.sql`true`): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (index) index, text FROM (${ranked})
    WHERE weights_from = ${weights_from} AND ${where}
    ORDER BY index, votes DESC, id DESC`;
}

/** Every label with the count of who agrees. */
const ranked = Prisma.sql`
  SELECT label.*, (SELECT count(*)::int FROM label_vote WHERE label_id = label.id) AS votes
  FROM label`;

async function toViews(viewer: Viewer, where: Prisma.Sql): Promise<LabelView[]> {
  type Row = Omit<LabelView, "created_at" | "edited_at" | "is_own"> & {
    author_id: string | null;
    created_at: Date;
    edited_at: Date | null;
  };
  const rows = await db().$queryRaw<Row[]>`
    SELECT label.id, text, votes, label.created_at, edited_at, author_id, "user".name AS author,
      EXISTS (
        SELECT FROM label_vote WHERE label_id = label.id AND user_id = ${viewer?.id ?? null}
      ) AS agreed
    FROM (${ranked}) label
    JOIN dictionary ON dictionary.id = dictionary_id
    LEFT JOIN "user" ON "user".id = author_id
    WHERE ${where} AND ${open(viewer)}
    ORDER BY votes DESC, label.id DESC
    LIMIT 200`;
  return rows.map(({ author_id, created_at, edited_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
    edited_at: edited_at?.toISOString() ?? null,
    is_own: viewer !== null && isOwnOf(viewer, author_id),
  }));
}
