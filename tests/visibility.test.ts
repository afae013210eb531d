import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATCH } from "../app/api/v1/dictionaries/[model]/[dictionary]/route.ts";
import type { Role, Viewer, Visibility } from "../lib/views.ts";
import { closeDb, db } from "../server/db.ts";
import { getDictionary, listDictionaries } from "../server/queries/dictionaries.ts";
import { getFeature } from "../server/queries/features.ts";
import { storedFile } from "../server/queries/files.ts";
import { findAddress } from "../server/queries/find-address.ts";
import { getModel, listModels } from "../server/queries/models.ts";
import { searchNames } from "../server/queries/search-names.ts";
import { isLocal } from "../server/viewer.ts";
import { ingest, tinyBundle } from "./hub.ts";

const slug = "res1-2x-topk2";
const user = (id: string, role: Role) => ({ id, name: id, role });
const [owner, other, keeper] = [
  user("ann", "member"),
  user("bob", "member"),
  user("kim", "maintainer"),
];
const viewers = { nobody: null, owner, other, keeper } satisfies Record<string, Viewer>;

beforeAll(async () => {
  for (const { id, role } of [owner, other, keeper])
    await db().user.create({ data: { id, name: id, email: `${id}@hub`, role } });
  await ingest(await tinyBundle(), { user_id: "ann", visibility: "private" });
});
afterAll(closeDb);

/** Who finds it in lists and searches, and who by its address. */
async function whoSees(visibility: Visibility) {
  await db().dictionary.updateMany({ data: { visibility } });
  const inLists: string[] = [];
  const byAddress: string[] = [];
  for (const [name, viewer] of Object.entries(viewers)) {
    const lists = [
      (await listDictionaries(viewer)).length,
      (await listModels(viewer)).length,
      (await searchNames(viewer, "tiny")).dictionaries.length,
      (await findAddress(viewer, slug)) === null ? 0 : 1,
    ];
    expect(new Set(lists).size).toBe(1);
    if (lists[0] === 1) inLists.push(name);
    const pages = await Promise.all([
      getDictionary(viewer, "tiny", slug),
      getFeature(viewer, "tiny", slug, 1),
      storedFile(viewer, "tiny", slug, "cfg.json", null),
      getModel(viewer, "tiny"),
    ]);
    expect(new Set(pages.map((page) => page !== null)).size).toBe(1);
    if (pages[0] !== null) byAddress.push(name);
  }
  return { inLists, byAddress };
}

test("a public dictionary is there for everybody", async () => {
  const everybody = ["nobody", "owner", "other", "keeper"];
  expect(await whoSees("public")).toEqual({ inLists: everybody, byAddress: everybody });
});

test("an unlisted one is there for whoever has its address", async () => {
  expect(await whoSees("unlisted")).toEqual({
    inLists: ["owner", "keeper"],
    byAddress: ["nobody", "owner", "other", "keeper"],
  });
});

test("a private one is there for its owner and for maintainers", async () => {
  expect(await whoSees("private")).toEqual({
    inLists: ["owner", "keeper"],
    byAddress: ["owner", "keeper"],
  });
});

test("another's name is refused to all but maintainers, and nothing is taken in", async () => {
  const bundle = await tinyBundle({ seed: 2 });
  for (const user_id of ["bob", null])
    await expect(ingest(bundle, { user_id, visibility: "public" })).rejects.toThrow(
      `name ${slug} is taken by another's dictionary of tiny; give yours another name`,
    );
  expect(await db().revision.count()).toBe(1);
  await ingest(bundle, { user_id: "kim", visibility: "public" });
  expect(await db().revision.count()).toBe(2);
  expect(await db().dictionary.findMany({ select: { owner_id: true, visibility: true } })).toEqual([
    { owner_id: "ann", visibility: "private" },
  ]);
});

test("revisions with the same weights share what is kept of their features", async () => {
  const rows = () =>
    db().revision.findMany({ select: { id: true, weights_from: true }, orderBy: { id: "asc" } });
  const [first, second] = await rows();
  expect(first?.weights_from).toBe(first?.id);
  expect(second?.weights_from).toBe(second?.id); // another seed, other weights
});

test("its owner changes it through the API, and nobody else", async () => {
  const change = async (
    headers: Record<string, string>,
    body: object = { visibility: "public" },
  ) => {
    const request = new Request(`http://hub/api/v1/dictionaries/tiny/${slug}`, {
      method: "PATCH",
      headers,
      body: JSON.stringify(body),
    });
    const response = await PATCH(request, {
      params: Promise.resolve({ model: "tiny", dictionary: slug }),
    });
    return { status: response.status, body: await response.json() };
  };
  const stored = async () => (await db().dictionary.findFirstOrThrow()).visibility;
  expect(await change({ host: "hub.example" })).toMatchObject({ status: 403 });
  const host = "127.0.0.1:3000";
  expect(await change({ host, origin: "http://evil.example" })).toMatchObject({ status: 403 });
  expect(await change({ host }, { visibility: "secret" })).toMatchObject({ status: 400 });
  expect(await stored()).toBe("private");
  expect(await change({ host, origin: `http://${host}` })).toMatchObject({
    status: 200,
    body: { visibility: "public", owner: "ann", is_own: true },
  });
  expect(await stored()).toBe("public");
});

describe("the local owner", () => {
  const asked = (headers: Record<string, string>, listensOn = "127.0.0.1") =>
    isLocal(new Headers(headers), listensOn);

  test.each(["127.0.0.1:3000", "localhost:3000", "localhost", "[::1]:3000"])(
    "is who asks this machine by its own name, %s",
    (host) => expect(asked({ host, "x-forwarded-host": host })).toBe(true),
  );
  test("is nobody who comes by another name, through a proxy, or to a hub that others reach", () => {
    expect(asked({ host: "evil.example:3000" })).toBe(false);
    expect(asked({ host: "localhost.evil.example" })).toBe(false);
    expect(asked({ host: "127.0.0.1:3000", "x-forwarded-host": "hub.example" })).toBe(false);
    expect(asked({ host: "127.0.0.1:3000" }, "0.0.0.0")).toBe(false);
    expect(asked({})).toBe(false);
  });
});
