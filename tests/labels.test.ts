import { afterAll, beforeAll, expect, test } from "vitest";
import * as labelsRoute from "../app/api/v1/dictionaries/[model]/[dictionary]/features/[index]/labels/route.ts";
import * as labelRoute from "../app/api/v1/labels/[label]/route.ts";
import * as votesRoute from "../app/api/v1/labels/[label]/votes/route.ts";
import type { LabelView } from "../lib/views.ts";
import { addLabel, editLabel, removeLabel, voteLabel } from "../server/changes/labels.ts";
import { closeDb, db } from "../server/db.ts";
import { findRevision } from "../server/queries/dictionaries.ts";
import { bestLabels, labelsOf } from "../server/queries/labels.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { ask, person } from "./people.ts";

const slug = "res1-2x-topk2";
const feature = { model: "tiny", dictionary: slug, index: "3" };
type User = Awaited<ReturnType<typeof person>>;
let [ann, bob, kim]: User[] = [];

beforeAll(async () => {
  ann = await person("ann");
  bob = await person("bob");
  kim = await person("kim", "maintainer");
  await ingest(await tinyBundle());
});
afterAll(closeDb);

const newest = async () => (await findRevision(null, "tiny", slug)) ?? expect.fail();
const texts = async (index: number) =>
  (await labelsOf(null, await newest(), index)).map(({ text, votes }) => [text, votes]);

test("what most agree with comes first, and nobody counts twice", async () => {
  const of = await newest();
  const first = (await addLabel(ann as User, of, 1, "names")) as LabelView;
  await addLabel(bob as User, of, 1, "people");
  expect(await texts(1)).toEqual([
    ["people", 1], // the newer one
    ["names", 1],
  ]);
  for (const user of [bob, bob, kim]) await voteLabel(user as User, first.id, { agree: true });
  expect(await texts(1)).toEqual([
    ["names", 3],
    ["people", 1],
  ]);
  expect(await bestLabels(of, [0, 1])).toEqual(new Map([[1, "names"]]));
  await addLabel(kim as User, of, 1, "people"); // agrees with the one that is there
  for (const user of [bob, kim]) await voteLabel(user as User, first.id, { agree: false });
  expect(await texts(1)).toEqual([
    ["people", 2],
    ["names", 1],
  ]);
  const [people] = await labelsOf(kim as User, of, 1);
  expect(people).toMatchObject({ author: "bob", agreed: true, is_own: true });
});

test("only who gave a label, or a maintainer, changes it; others' agreement was with the old words", async () => {
  const of = await newest();
  const { id } = (await addLabel(ann as User, of, 2, "verbs")) as LabelView;
  await voteLabel(bob as User, id, { agree: true });
  await expect(editLabel(bob as User, id, "nouns")).rejects.toMatchObject({ status: 403 });
  await expect(removeLabel(bob as User, id)).rejects.toMatchObject({ status: 403 });
  expect(await editLabel(ann as User, id, "nouns")).toMatchObject({ text: "nouns", votes: 1 });
  await addLabel(bob as User, of, 2, "verbs");
  await expect(editLabel(ann as User, id, "verbs")).rejects.toThrow(
    "already has the label “verbs”",
  );
  expect(await removeLabel(kim as User, id)).toEqual({ removed: true });
  expect(await removeLabel(kim as User, id)).toBeNull();
  expect(await texts(2)).toEqual([["verbs", 1]]);
});

test("who leaves takes the vote along and leaves the words", async () => {
  await person("dan");
  const dan = { id: "dan", name: "dan", role: "member" as const };
  const { id } = (await addLabel(dan, await newest(), 4, "left")) as LabelView;
  await db().user.delete({ where: { id: "dan" } });
  const [label] = await labelsOf(ann as User, await newest(), 4);
  expect(label).toMatchObject({ id, author: null, votes: 0, is_own: false });
});

test("labels outlive an upload with the same weights, and are not those of other weights", async () => {
  const before = await newest();
  await addLabel(ann as User, before, 5, "kept");
  await ingest(await tinyBundle({ seed: 2 }));
  expect(await texts(5)).toEqual([]);
  expect((await labelsOf(null, before, 5)).map(({ text }) => text)).toEqual(["kept"]);
  await db().revision.update({
    where: { id: (await newest()).id },
    data: { weights_from: before.weights_from }, // as if its weights were the first ones
  });
  expect(await texts(5)).toEqual([["kept", 1]]);
});

test("the API gives, changes and removes a label, and says what it refuses", async () => {
  const give = (text: unknown, of: Partial<typeof feature> = {}) =>
    ask(labelsRoute.POST, { ...feature, ...of }, typeof text === "object" ? text : { text });
  const { status, body } = await give("  two\n words ");
  expect({ status, text: body.text }).toEqual({ status: 200, text: "two words" });
  const named = { label: String(body.id) };
  expect((await ask(votesRoute.DELETE, named)).body).toMatchObject({ votes: 0, agreed: false });
  expect((await ask(votesRoute.POST, named)).body).toMatchObject({ votes: 1, agreed: true });
  expect((await ask(labelRoute.PATCH, named, { text: "one" })).body).toMatchObject({ text: "one" });
  const refused: [unknown, string][] = [
    ["", "can be read"],
    ["\u200b", "can be read"],
    ["x".repeat(201), "may have 200 characters"],
    ["a\u0000b", "NUL"],
    ["bell \u0007", "control"],
    ["half \ud83d", "half a surrogate pair"],
    [{ text: "x", index: 4 }, "index"],
    [{}, "text"],
  ];
  for (const [text, why] of refused) {
    const answer = await give(text);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(why);
  }
  expect((await give("x".repeat(200))).status).toBe(200);
  expect((await give("x".repeat(2 ** 15))).status).toBe(413);
  for (const of of [{ index: "8" }, { index: "x" }, { dictionary: "other" }])
    expect((await give("x", of)).status).toBe(404);
  expect((await ask(labelRoute.DELETE, { label: "999999" })).status).toBe(404);
  expect((await ask(labelRoute.DELETE, named)).body).toEqual({ removed: true });
});

test("nobody else writes, from nowhere else", async () => {
  const [label] = await db().label.findMany({ take: 1 });
  const named = { label: String(label?.id) };
  for (const headers of [
    { host: "hub.example" },
    { host: "127.0.0.1:3000", origin: "http://evil.example" },
  ] as Record<string, string>[]) {
    const by = { headers };
    const answers = [
      await ask(labelsRoute.POST, feature, { text: "x" }, by),
      await ask(labelRoute.PATCH, named, { text: "x" }, by),
      await ask(labelRoute.DELETE, named, undefined, by),
      await ask(votesRoute.POST, named, undefined, by),
      await ask(votesRoute.DELETE, named, undefined, by),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  }
});

test("labels of a dictionary that one may not see are not there", async () => {
  const [label] = await db().label.findMany({ take: 1 });
  await db().dictionary.updateMany({ data: { visibility: "private", owner_id: "ann" } });
  expect(await voteLabel(bob as User, label?.id ?? 0, { agree: true })).toBeNull();
  expect(await removeLabel(bob as User, label?.id ?? 0)).toBeNull();
  expect(await voteLabel(ann as User, label?.id ?? 0, { agree: true })).not.toBeNull();
  const by = { headers: { host: "hub.example" } };
  expect((await ask(labelsRoute.GET, feature, undefined, by)).status).toBe(404);
});

test("labels go with their dictionary", async () => {
  await db().dictionary.deleteMany();
  expect(await db().label.count()).toBe(0);
});
