import "server-only";
import { randomInt } from "node:crypto";
import type { z } from "zod";
import { listPath, listsPath } from "@/lib/routes.ts";
import type { ListedFeature, Viewer } from "@/lib/views.ts";
import type { Prisma } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import type { itemChange, listChange, newList } from "../api/list-schemas.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { findFeature } from "../queries/find-feature.ts";

type User = NonNullable<Viewer>;

const MOST_LISTS = 500;
const MOST_ITEMS = 200;

/** Makes a list, with its first feature if one is named. */
export async function createList(
  user: User,
  { feature, ...said }: z.output<typeof newList>,
): Promise<{ id: string; address: string } | null> {
  if ((await db().list.count({ where: { owner_id: user.id } })) >= MOST_LISTS)
    throw new HttpError(409, `one person has at most ${MOST_LISTS} lists`);
  const item = feature && (await itemOf(user, feature));
  if (item === null) return null;
  const data = { ...said, id: randomId(), owner_id: user.id };
  await db().list.create({
    data: { ...data, ...(item && { items: { create: { ...item, position: 0 } } }) },
  });
  return { id: data.id, address: listPath(data) };
}

export async function changeList(user: User, id: string, change: z.output<typeof listChange>) {
  return ownList(user, id, async (tx) => {
    const { title } = await tx.list.update({ where: { id }, data: said(change) });
    return { id, address: listPath({ id, title }) };
  });
}

export async function removeList(user: User, id: string) {
  return ownList(user, id, async (tx) => {
    await tx.list.delete({ where: { id } });
    return { removed: true as const, address: listsPath };
  });
}

/** Puts a feature at the end of one's own list; one that is there already stays where it is. */
export async function addItem(user: User, id: string, feature: ListedFeature) {
  const item = await itemOf(user, feature);
  return ownList(user, id, async (tx, list) => {
    if (!item) return null;
    const items = await tx.listItem.aggregate({
      where: { list_id: id },
      _count: true,
      _max: { position: true },
    });
    if (items._count >= MOST_ITEMS)
      throw new HttpError(409, `a list has at most ${MOST_ITEMS} features`);
    const data = [{ ...item, list_id: id, position: (items._max.position ?? -1) + 1 }];
    await tx.listItem.createMany({ data, skipDuplicates: true });
    await touch(tx, id);
    return { id, address: listPath(list) };
  });
}

/** Changes the note beside a feature, or moves it past its neighbour; whoever moves at once does so in turn. */
export async function changeItem(
  user: User,
  id: string,
  item: number,
  { note, move }: z.output<typeof itemChange>,
) {
  return ownList(user, id, async (tx, list) => {
    const items = await tx.listItem.findMany({
      where: { list_id: id },
      orderBy: [{ position: "asc" }, { id: "asc" }],
      select: { id: true },
    });
    const ids = items.map((one) => one.id);
    const at = ids.indexOf(item);
    if (at < 0) return null;
    if (note !== undefined) await tx.listItem.update({ where: { id: item }, data: { note } });
    const to = move === undefined ? at : at + (move === "up" ? -1 : 1);
    const other = ids[to];
    if (other !== undefined && to !== at) {
      [ids[at], ids[to]] = [other, item];
      await tx.$executeRaw`
        UPDATE list_item SET position = ordered.position - 1
        FROM unnest(${ids}::int[]) WITH ORDINALITY AS ordered(id, position)
        WHERE list_item.id = ordered.id`;
    }
    await touch(tx, id);
    return { id, address: listPath(list) };
  });
}

export async function removeItem(user: User, id: string, item: number) {
  return ownList(user, id, async (tx) => {
    const { count } = await tx.listItem.deleteMany({ where: { id: item, list_id: id } });
    if (count > 0) await touch(tx, id);
    return count > 0 ? { removed: true as const } : null;
  });
}

/** Does something to a list that the user may change, alone; null if there is none that they may see. */
async function ownList<T>(
  user: User,
  id: string,
  change: (tx: Prisma.TransactionClient, list: { id: string; title: string }) => Promise<T>,
): Promise<T | null> {
  return db().$transaction(async (tx) => {
    const [list] = await tx.$queryRaw<
      { id: string; title: string; owner_id: string; visibility: string }[]
    >`SELECT id, title, owner_id, visibility::text FROM list WHERE id = ${id} FOR UPDATE`;
    if (!list) return null;
    if (isOwnOf(user, list.owner_id)) return change(tx, list);
    if (list.visibility === "private") return null;
    throw new HttpError(403, "the list is another's: only who made it can change it");
  });
}

async function itemOf(user: User, { revision, ...named }: ListedFeature) {
  const feature = await findFeature(user, named, revision);
  if (!feature) return null;
  const { dictionary_id, weights_from } = feature.found;
  return { dictionary_id, weights_from, index: feature.index };
}

async function touch(tx: Prisma.TransactionClient, id: string) {
  await tx.list.update({ where: { id }, data: { updated_at: new Date() } });
}

/** Without the keys that were not sent. */
function said(change: z.output<typeof listChange>) {
  const { title, description, visibility } = change;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(visibility !== undefined && { visibility }),
  };
}

const letters = "0123456789abcdefghijklmnopqrstuvwxyz";

/** 36¹⁰ cannot be guessed over the network. */
function randomId(): string {
  return Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join("");
}
