import "server-only";
import { commentPath, discussionPath } from "@/lib/routes.ts";
import type { CommentView, DiscussionSummary, DiscussionView, Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";
import { findRevision } from "./dictionaries.ts";
import { featureLinks } from "./feature-links.ts";

/** A page of all discussions, those that somebody wrote in last first. Whoever sees the hub may read them. */
export async function listDiscussions(
  _viewer: Viewer,
  { limit, page = 1 }: { limit: number; page?: number },
): Promise<{ discussions: DiscussionSummary[]; total: number }> {
  const [discussions, total] = await Promise.all([
    summaries(Prisma.sql`true`, { limit, offset: (page - 1) * limit }),
    db().discussion.count(),
  ]);
  return { discussions, total };
}

type Of = { dictionary_id: number } | { weights_from: number; index: number };

/** Discussions that name a feature, or anything of a dictionary, each with the first comment that does. */
export async function discussionsOf(
  of: Of,
  limit = 20,
): Promise<{ discussion: DiscussionSummary; comment: number }[]> {
  const rows = await db().$queryRaw<{ id: number; comment: number }[]>`
    SELECT discussion_id AS id, min(comment.id) AS comment
    FROM feature_mention JOIN comment ON comment.id = comment_id
    WHERE ${mentioning(of)} GROUP BY discussion_id`;
  const first = new Map(rows.map(({ id, comment }) => [id, comment]));
  const found = await summaries(Prisma.sql`discussion.id = ANY(${[...first.keys()]}::int[])`, {
    limit,
  });
  return found.map((discussion) => ({
    discussion,
    comment: first.get(discussion.id) ?? 0,
  }));
}

/** The same of a dictionary by its address. */
export async function discussionsOfDictionary(viewer: Viewer, model: string, slug: string) {
  const found = await findRevision(viewer, model, slug);
  return found ? discussionsOf({ dictionary_id: found.dictionary_id }) : [];
}

/** The condition on feature_mention. */
function mentioning(of: Of): Prisma.Sql {
  return "dictionary_id" in of
    ? Prisma.sql`feature_mention.dictionary_id = ${of.dictionary_id}`
    : Prisma.sql`feature_mention.weights_from = ${of.weights_from} AND index = ${of.index}`;
}

/** A discussion with all that was said; null if there is none of that id. */
export async function getDiscussion(viewer: Viewer, id: number): Promise<DiscussionView | null> {
  const [summary] = await summaries(Prisma.sql`discussion.id = ${id}`, { limit: 1 });
  if (!summary) return null;
  const [row, contents] = await Promise.all([
    db().discussion.findUnique({ where: { id }, select: { author_id: true } }),
    commentsOf(viewer, { discussion_id: id }),
  ]);
  const is_own = viewer !== null && isOwnOf(viewer, row?.author_id ?? null);
  return { ...summary, is_own, contents };
}

/** Comments as the viewer may see them: what another names of a hidden dictionary is left out of the text. */
export async function commentsOf(
  viewer: Viewer,
  where: Prisma.CommentWhereInput,
  take?: number,
): Promise<(CommentView & { address: string; title: string })[]> {
  const rows = await db().comment.findMany({
    where,
    orderBy: { id: take === undefined ? "asc" : "desc" },
    ...(take !== undefined && { take }),
    include: {
      author: { select: { name: true } },
      mentions: true,
      discussion: { select: { id: true, title: true } },
    },
  });
  const mentions = rows.flatMap((row) => row.mentions);
  const links = await featureLinks(viewer, mentions);
  const linkOf = new Map(mentions.map((mention, i) => [mention, links[i] ?? null]));
  return rows.map(({ mentions, author, ...row }) => {
    const is_own = viewer !== null && isOwnOf(viewer, row.author_id);
    const hidden = mentions.filter((mention) => linkOf.get(mention) === null);
    return {
      id: row.id,
      parent_id: row.parent_id,
      author: author?.name ?? null,
      body: is_own ? row.body : without(row.body, hidden),
      links: Object.fromEntries(
        mentions.flatMap((mention) => {
          const link = linkOf.get(mention);
          return link ? [[mention.address, link]] : [];
        }),
      ),
      version: row.version,
      created_at: row.created_at.toISOString(),
      edited_at: row.edited_at?.toISOString() ?? null,
      deleted: row.deleted_at !== null,
      is_own,
      address: commentPath(row.discussion, row.id),
      title: row.discussion.title,
    };
  });
}

/** The longest address first: another may be a part of it. */
function without(body: string, hidden: { address: string }[]): string {
  const addresses = hidden.map(({ address }) => address).sort((a, b) => b.length - a.length);
  return addresses.reduce(
    (text, address) =>
      text.replaceAll(address, "(hidden)").replaceAll(address.replace(/^\//, ""), "(hidden)"),
    body,
  );
}

async function summaries(
  where: Prisma.Sql,
  { limit, offset = 0 }: { limit: number; offset?: number },
): Promise<DiscussionSummary[]> {
  type Row = Omit<DiscussionSummary, "address" | "created_at" | "active_at"> & {
    created_at: Date;
    active_at: Date;
  };
  const rows = await db().$queryRaw<Row[]>`
    SELECT discussion.id, title, "user".name AS author, discussion.created_at, active_at,
      (SELECT count(*)::int FROM comment WHERE discussion_id = discussion.id AND deleted_at IS NULL)
        AS comments
    FROM discussion LEFT JOIN "user" ON "user".id = author_id
    WHERE ${where}
    ORDER BY active_at DESC, discussion.id DESC LIMIT ${limit} OFFSET ${offset}`;
  return rows.map((row) => ({
    ...row,
    address: discussionPath(row),
    created_at: row.created_at.toISOString(),
    active_at: row.active_at.toISOString(),
  }));
}
