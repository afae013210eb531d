import { afterAll, beforeAll, expect, test } from "vitest";
import * as itemRoute from "../app/api/v1/lists/[list]/items/[item]/route.ts";
import * as itemsRoute from "../app/api/v1/lists/[list]/items/route.ts";
import * as listRoute from "../app/api/v1/lists/[list]/route.ts";
import * as listsRoute from "../app/api/v1/lists/route.ts";
import type { Viewer } from "../lib/views.ts";
import {
  addItem,
  changeItem,
  changeList,
  createList,
  removeList,
} from "../server/changes/lists.ts";
import { closeDb, db } from "../server/db.ts";
import { getList, listLists } from "../server/queries/lists.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { ask, person } from "./people.ts";

const slug = "res1-2x-topk2";
const host = "127.0.0.1:3000";
type User = Awaited<ReturnType<typeof person>>;
let [ann, bob] = [{}, {}] as User[] as [User, User];

beforeAll(async () => {
  ann = await person("ann");
  bob = await person("bob");
  await ingest(await tinyBundle(), { user_id: "ann", visibility: "public" });
});
afterAll(closeDb);

const named = (index: number) => ({ model: "tiny", dictionary: slug, index });
const make = async (visibility: "public" | "unlisted" | "private", indexes: number[]) => {
  const made = await createList(ann, { title: "Names", description: "", visibility });
  const { id } = made ?? expect.fail();
  for (const index of indexes) await addItem(ann, id, named(index));
  return id;
};
const read = async (id: string, viewer: Viewer = ann) =>
  (await getList(viewer, id, host)) ?? expect.fail();
const order = async (id: string) => (await read(id)).contents.map(({ link }) => link.index);

test("features keep the order in which they were put, and are there once", async () => {
  const id = await make("public", [5, 1, 3, 1]);
  expect(await order(id)).toEqual([5, 1, 3]);
  const [first, second] = (await read(id)).contents;
  expect(first).toMatchObject({ link: { model: "tiny", index: 5, revision: null }, note: "" });
  await changeItem(ann, id, second?.id ?? 0, { move: "up", note: "better" });
  expect(await order(id)).toEqual([1, 5, 3]);
  expect((await read(id)).contents[0]?.note).toBe("better");
  await changeItem(ann, id, second?.id ?? 0, { move: "up" }); // it is the first
  expect(await order(id)).toEqual([1, 5, 3]);
});

test("moves and additions at once lose nothing", async () => {
  const id = await make("public", [0, 1, 2]);
  const [one, two] = (await read(id)).contents;
  await Promise.all([
    changeItem(ann, id, one?.id ?? 0, { move: "down" }),
    changeItem(ann, id, two?.id ?? 0, { move: "down" }),
    addItem(ann, id, named(3)),
    addItem(ann, id, named(4)),
  ]);
  expect((await order(id)).sort()).toEqual([0, 1, 2, 3, 4]);
  const positions = await db().listItem.findMany({ where: { list_id: id } });
  expect(new Set(positions.map(({ position }) => position)).size).toBe(5);
});

test("a list is listed, opened and changed by whom it is for", async () => {
  const ids = [await make("public", []), await make("unlisted", []), await make("private", [])];
  const listedFor = async (viewer: Viewer) => {
    const listed = (await listLists(viewer)).map(({ id }) => id);
    return ids.map((id) => listed.includes(id));
  };
  expect(await listedFor(null)).toEqual([true, false, false]);
  expect(await listedFor(bob)).toEqual([true, false, false]);
  expect(await listedFor(ann)).toEqual([true, true, true]);
  const opened = await Promise.all(ids.map((id) => getList(bob, id, host)));
  expect(opened.map((list) => list !== null)).toEqual([true, true, false]);
  const [open = "", , secret = ""] = ids;
  await expect(changeList(bob, open, { title: "x" })).rejects.toMatchObject({ status: 403 });
  expect(await removeList(bob, secret)).toBeNull();
  expect(await removeList(ann, secret)).toMatchObject({ removed: true });
});

test("features that a reader may not see are left out and counted", async () => {
  const id = await make("public", [1, 2]);
  await db().dictionary.updateMany({ data: { visibility: "private" } });
  expect(await read(id, bob)).toMatchObject({ contents: [], hidden: 2 });
  expect(await read(id)).toMatchObject({ hidden: 0 });
  expect(
    await addItem(
      bob,
      (await createList(bob, { title: "b", description: "", visibility: "public" }))?.id ?? "",
      named(1),
    ),
  ).toBeNull();
  await db().dictionary.updateMany({ data: { visibility: "public" } });
});

test("an item goes on to mean the weights that it meant", async () => {
  const id = await make("public", [1]);
  const before = (await db().revision.findFirstOrThrow()).manifest_sha256;
  await ingest(await tinyBundle({ seed: 2 }), { user_id: "ann", visibility: "public" });
  expect((await read(id)).contents[0]?.link.revision).toBe(before);
  await addItem(ann, id, named(1)); // of the new weights: another feature
  expect((await read(id)).contents.map(({ link }) => link.revision)).toEqual([before, null]);
});

test("the API makes, fills and removes a list, and says what it refuses", async () => {
  const body = { title: " My list ", description: "*all*", feature: named(1) };
  const made = await ask(listsRoute.POST, {}, body);
  expect(made.body.address).toBe(`/lists/${made.body.id}-my-list`);
  const list = made.body.id as string;
  expect((await ask(itemsRoute.POST, { list }, named(2))).status).toBe(200);
  expect((await ask(itemsRoute.POST, { list }, named(99))).status).toBe(404);
  expect((await ask(itemsRoute.POST, { list }, { ...named(1), index: -1 })).status).toBe(400);
  const { contents } = (await ask(listRoute.GET, { list })).body;
  expect(contents.map(({ link }: { link: { index: number } }) => link.index)).toEqual([1, 2]);
  const item = String(contents[1].id);
  expect((await ask(itemRoute.PATCH, { list, item }, { move: "sideways" })).status).toBe(400);
  expect((await ask(itemRoute.PATCH, { list, item }, { note: "x".repeat(2001) })).status).toBe(400);
  expect((await ask(listsRoute.POST, {}, { title: "" })).status).toBe(400);
  expect((await ask(listRoute.GET, { list: "nowhere" })).status).toBe(404);
  const away = { headers: { host: "hub.example" } };
  const refused = [
    await ask(listsRoute.POST, {}, body, away),
    await ask(listRoute.PATCH, { list }, { title: "x" }, away),
    await ask(listRoute.DELETE, { list }, undefined, away),
    await ask(itemsRoute.POST, { list }, named(3), away),
    await ask(itemRoute.PATCH, { list, item }, { note: "x" }, away),
    await ask(itemRoute.DELETE, { list, item }, undefined, away),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  expect((await ask(itemRoute.DELETE, { list, item })).body).toEqual({ removed: true });
  expect((await ask(itemRoute.DELETE, { list, item })).status).toBe(404);
  expect((await ask(listRoute.DELETE, { list })).body).toMatchObject({ address: "/lists" });
});

test("lists go with their owner's account", async () => {
  await db().user.delete({ where: { id: "ann" } });
  expect((await listLists(null)).filter(({ owner }) => owner === "ann")).toEqual([]);
});
