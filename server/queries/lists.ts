import "server-only";
import { listPath } from "@/lib/routes.ts";
import type {
  FeatureLink,
  ListItemView,
  ListSummary,
  ListView,
  Viewer,
  Visibility,
} from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";
import { featureLinks, linksIn } from "./feature-links.ts";
import { getHoverCard } from "./hover-card.ts";

/** Public lists and the viewer's own, or these alone; those that were changed last first. */
export async function listLists(
  viewer: Viewer,
  { own = false }: { own?: boolean } = {},
): Promise<ListSummary[]> {
  const isOwn = Prisma.sql`owner_id = ${viewer?.id ?? null}`;
  return summaries(viewer, own ? isOwn : Prisma.sql`(visibility = 'public' OR ${isOwn})`, 200);
}

/** A list with its features; null if there is none of that id that the viewer may see. */
export async function getList(viewer: Viewer, id: string, host: string): Promise<ListView | null> {
  const [summary] = await summaries(viewer, Prisma.sql`list.id = ${id}`, 1);
  if (!summary || (summary.visibility === "private" && !summary.is_own)) return null;
  const [row, items] = await Promise.all([
    db().list.findUnique({ where: { id }, select: { description: true } }),
    db().listItem.findMany({
      where: { list_id: id },
      orderBy: [{ position: "asc" }, { id: "asc" }],
    }),
  ]);
  const description = row?.description ?? "";
  const [links, linked] = await Promise.all([
    linksIn(viewer, description, host),
    featureLinks(viewer, items),
  ]);
  const shown = items.flatMap((item, i) => (linked[i] ? [{ ...item, link: linked[i] }] : []));
  const contents: ListItemView[] = [];
  for (const item of shown) contents.push(await toItem(viewer, item));
  return { ...summary, description, links, contents, hidden: items.length - contents.length };
}

type Item = { id: number; index: number; note: string; link: FeatureLink };

async function toItem(viewer: Viewer, { id, index, note, link }: Item): Promise<ListItemView> {
  const { model, dictionary, revision } = link;
  const card = await getHoverCard(viewer, { model, dictionary, index: String(index) }, revision);
  return {
    id,
    link: { ...link, index },
    example: card?.examples[0] ?? null,
    max_activation: card?.max_activation ?? 0,
    note,
  };
}

async function summaries(viewer: Viewer, where: Prisma.Sql, limit: number): Promise<ListSummary[]> {
  type Row = {
    id: string;
    title: string;
    visibility: Visibility;
    owner_id: string;
    owner: string;
    updated_at: Date;
    items: number;
  };
  const rows = await db().$queryRaw<Row[]>`
    SELECT list.id, title, visibility, owner_id, "user".name AS owner, list.updated_at,
      (SELECT count(*)::int FROM list_item WHERE list_id = list.id) AS items
    FROM list JOIN "user" ON "user".id = owner_id
    WHERE ${where} ORDER BY list.updated_at DESC, list.id LIMIT ${limit}`;
  return rows.map(({ owner_id, updated_at, ...row }) => ({
    ...row,
    address: listPath(row),
    is_own: viewer !== null && isOwnOf(viewer, owner_id),
    updated_at: updated_at.toISOString(),
  }));
}
