import "server-only";
import { commentPath, discussionPath, discussionsPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import type { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { type LinkKey, resolveMentions } from "../queries/feature-links.ts";

type User = NonNullable<Viewer>;
type Written = { title: string; body: string };

const MOST_COMMENTS = 500;

/** Begins a discussion with its first comment; `host` is how the writer reached the hub. */
export async function openDiscussion(user: User, { title, body }: Written, host: string) {
  const mentions = mentionRows(await resolveMentions(user, body, host));
  const comment = { author_id: user.id, body, mentions };
  const { id } = await db().discussion.create({
    data: { title, author_id: user.id, comments: { create: comment } },
  });
  return { id, address: discussionPath({ id, title }) };
}

/** Another title for one's own discussion. */
export async function renameDiscussion(user: User, id: number, title: string) {
  const found = await db().discussion.findUnique({ where: { id } });
  if (!found) return null;
  if (!isOwnOf(user, found.author_id)) throw anothers("discussion");
  await db().discussion.updateMany({ where: { id }, data: { title } });
  return { id, address: discussionPath({ id, title }) };
}

/** Removes a discussion in which nobody else has written; a maintainer removes any. */
export async function removeDiscussion(user: User, id: number) {
  return db().$transaction(async (tx) => {
    const [found] = await tx.$queryRaw<{ author_id: string | null }[]>`
      SELECT author_id FROM discussion WHERE id = ${id} FOR UPDATE`;
    if (!found) return null;
    if (!isOwnOf(user, found.author_id)) throw anothers("discussion");
    const others = await tx.comment.count({
      where: {
        discussion_id: id,
        deleted_at: null,
        OR: [{ author_id: null }, { author_id: { not: user.id } }],
      },
    });
    if (others > 0 && user.role !== "maintainer")
      throw new HttpError(409, "others have written in this discussion: delete your comments");
    await tx.discussion.delete({ where: { id } });
    return { removed: true as const, address: discussionsPath };
  });
}

/** Answers a discussion or a comment in it; what answers an answer stands beside that. */
export async function addComment(
  user: User,
  discussion_id: number,
  { body, parent_id }: { body: string; parent_id?: number | undefined },
  host: string,
) {
  const resolved = await resolveMentions(user, body, host);
  return db().$transaction(async (tx) => {
    // who deletes the discussion or the comment waits, or has been faster
    const [discussion] = await tx.$queryRaw<{ id: number; title: string }[]>`
      SELECT id, title FROM discussion WHERE id = ${discussion_id} FOR UPDATE`;
    if (!discussion) return null;
    const of = { discussion_id };
    if ((await tx.comment.count({ where: of })) >= MOST_COMMENTS)
      throw new HttpError(409, `a discussion has at most ${MOST_COMMENTS} comments; begin another`);
    const parent =
      parent_id === undefined
        ? null
        : await tx.comment.findFirst({ where: { ...of, id: parent_id, deleted_at: null } });
    if (parent_id !== undefined && !parent)
      throw new HttpError(409, "the comment that you answer is not there any more");
    const { id } = await tx.comment.create({
      data: {
        ...of,
        author_id: user.id,
        parent_id: parent ? (parent.parent_id ?? parent.id) : null,
        body,
        mentions: mentionRows(resolved),
      },
    });
    await tx.discussion.update({ where: { id: discussion_id }, data: { active_at: new Date() } });
    return { id, address: commentPath(discussion, id) };
  });
}

/**
 * Other words for one's own comment; refused when it was edited since it was read. An address that it had
 * already goes on to mean what it meant.
 */
export async function editComment(
  user: User,
  id: number,
  { body, version }: { body: string; version: number },
  host: string,
) {
  const found = await ownComment(user, id);
  if (!found) return null;
  const resolved = await resolveMentions(user, body, host);
  await db().$transaction(async (tx) => {
    const { count } = await tx.comment.updateMany({
      where: { id, version, deleted_at: null },
      data: { body, version: version + 1, edited_at: new Date() },
    });
    if (count === 0)
      throw new HttpError(409, "the comment was edited or deleted meanwhile; load the page anew");
    const kept = await tx.featureMention.findMany({ where: { comment_id: id } });
    const meant = new Map(kept.map(({ address, ...key }) => [address, key]));
    const gone = [...meant.keys()].filter((address) => !resolved.has(address));
    const hidden = gone.filter((address) => !body.includes(address.replace(/^\//, "")));
    await tx.featureMention.deleteMany({ where: { comment_id: id, address: { in: hidden } } });
    const added = [...resolved].filter(([address]) => !meant.has(address));
    await tx.featureMention.createMany({
      data: added.map(([address, key]) => ({ comment_id: id, address, ...key })),
      skipDuplicates: true,
    });
  });
  return { id, address: commentPath(found.discussion, id) };
}

/** Deletes one's own comment: one that others answer, or that opens the discussion, leaves a gap. */
export async function removeComment(user: User, id: number) {
  const found = await ownComment(user, id);
  if (!found) return null;
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM discussion WHERE id = ${found.discussion_id} FOR UPDATE`;
    const replies = await tx.comment.count({ where: { parent_id: id } });
    const first = await tx.comment.findFirst({
      where: { discussion_id: found.discussion_id },
      orderBy: { id: "asc" },
    });
    if (replies === 0 && first?.id !== id) await tx.comment.deleteMany({ where: { id } });
    else {
      await tx.featureMention.deleteMany({ where: { comment_id: id } });
      await tx.comment.updateMany({ where: { id }, data: { body: "", deleted_at: new Date() } });
    }
  });
  return { removed: true as const };
}

async function ownComment(user: User, id: number) {
  const found = await db().comment.findFirst({
    where: { id, deleted_at: null },
    include: { discussion: { select: { id: true, title: true } } },
  });
  if (found && !isOwnOf(user, found.author_id)) throw anothers("comment");
  return found;
}

function anothers(what: string): HttpError {
  return new HttpError(403, `the ${what} is another's: only who wrote it can change it`);
}

function mentionRows(
  resolved: Map<string, LinkKey>,
): Prisma.FeatureMentionCreateNestedManyWithoutCommentInput {
  const data = [...resolved].map(([address, key]) => ({ address, ...key }));
  return { createMany: { data } };
}
