import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as featureFeed } from "../app/[model]/[dictionary]/[index]/feed.xml/route.ts";
import { GET as dictionaryFeed } from "../app/[model]/[dictionary]/feed.xml/route.ts";
import * as commentRoute from "../app/api/v1/comments/[comment]/route.ts";
import * as commentsRoute from "../app/api/v1/discussions/[discussion]/comments/route.ts";
import * as discussionRoute from "../app/api/v1/discussions/[discussion]/route.ts";
import * as discussionsRoute from "../app/api/v1/discussions/route.ts";
import * as mentionsRoute from "../app/api/v1/mentions/route.ts";
import { GET as hubFeed } from "../app/discussions/feed.xml/route.ts";
import type { DiscussionView } from "../lib/views.ts";
import {
  addComment,
  editComment,
  openDiscussion,
  removeComment,
  removeDiscussion,
} from "../server/changes/discussions.ts";
import { addLabel } from "../server/changes/labels.ts";
import { closeDb, db } from "../server/db.ts";
import { findRevision } from "../server/queries/dictionaries.ts";
import { discussionsOf, getDiscussion } from "../server/queries/discussions.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { ask, person } from "./people.ts";

const slug = "res1-2x-topk2";
const host = "127.0.0.1:3000";
type User = Awaited<ReturnType<typeof person>>;
let [ann, bob, kim] = [{}, {}, {}] as User[] as [User, User, User];

beforeAll(async () => {
  ann = await person("ann");
  bob = await person("bob");
  kim = await person("kim", "maintainer");
  await ingest(await tinyBundle(), { user_id: "ann", visibility: "public" });
});
afterAll(closeDb);

const read = async (id: number, viewer: User | null = null) =>
  (await getDiscussion(viewer, id)) as DiscussionView;
const newest = async () => (await findRevision(kim, "tiny", slug)) ?? expect.fail();
const begin = (body: string, user = ann) => openDiscussion(user, { title: "t", body }, host);
const setVisibility = (visibility: "public" | "private") =>
  db().dictionary.updateMany({ data: { visibility } });

test("a pasted address is a link to the feature, and the feature knows where it is named", async () => {
  const { id } = await begin(
    `See tiny/${slug}/3, http://${host}/tiny/${slug}/4 and \`/tiny/${slug}/5\`;
     not http://other.example/tiny/${slug}/6 or /tiny/${slug}/99 or /tiny/nowhere/1`,
  );
  const [first] = (await read(id)).contents;
  expect(Object.keys(first?.links ?? {})).toEqual([
    `/tiny/${slug}/3`,
    `http://${host}/tiny/${slug}/4`,
  ]);
  expect(first?.links[`/tiny/${slug}/3`]).toMatchObject({ index: 3, revision: null });
  const { weights_from, dictionary_id } = await newest();
  const named = async (index: number) =>
    (await discussionsOf({ weights_from, index })).map(({ comment }) => comment);
  expect(await named(3)).toEqual([first?.id]);
  expect(await named(5)).toEqual([]);
  expect(await named(6)).toEqual([]);
  expect(await discussionsOf({ dictionary_id })).toHaveLength(1);
});

test("what was deleted leaves a gap where others answered, and nothing elsewhere", async () => {
  const { id } = await begin(`/tiny/${slug}/1`);
  const one = (await addComment(bob, id, { body: "one" }, host)) ?? expect.fail();
  const two =
    (await addComment(ann, id, { body: "two", parent_id: one.id }, host)) ?? expect.fail();
  await addComment(kim, id, { body: "three", parent_id: two.id }, host);
  expect((await read(id)).contents.map(({ parent_id }) => parent_id)).toEqual([
    null,
    null,
    one.id,
    one.id, // what answers an answer stands beside it
  ]);
  await expect(removeComment(ann, one.id)).rejects.toMatchObject({ status: 403 });
  await removeComment(bob, one.id);
  await removeComment(kim, two.id);
  const { contents } = await read(id);
  expect(contents.map(({ body, deleted }) => [body, deleted])).toEqual([
    [`/tiny/${slug}/1`, false],
    ["", true],
    ["three", false],
  ]);
  await expect(addComment(ann, id, { body: "x", parent_id: two.id }, host)).rejects.toMatchObject({
    status: 409,
  });
  await expect(removeDiscussion(ann, id)).rejects.toMatchObject({ status: 409 });
  const { weights_from } = await newest();
  await removeComment(ann, contents[0]?.id ?? 0);
  expect(await discussionsOf({ weights_from, index: 1 })).toEqual([]);
  expect(await removeDiscussion(kim, id)).toMatchObject({ removed: true });
  expect(await getDiscussion(null, id)).toBeNull();
});

test("of two edits at once the second is refused, and answers race with deletion to one end", async () => {
  const { id } = await begin("first");
  const comment = (await read(id)).contents[0]?.id ?? 0;
  const edit = (body: string) => editComment(ann, comment, { body, version: 1 }, host);
  const edits = await Promise.allSettled([edit("a"), edit("b")]);
  expect(edits.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await read(id)).contents[0]).toMatchObject({ version: 2 });
  const { id: parent_id } = (await addComment(bob, id, { body: "b" }, host)) ?? expect.fail();
  await Promise.allSettled([
    addComment(ann, id, { body: "c", parent_id }, host),
    removeComment(bob, parent_id),
  ]);
  const after = (await read(id)).contents;
  for (const { parent_id } of after)
    expect(parent_id === null || after.some((other) => other.id === parent_id)).toBe(true);
});

test("a link goes on to mean the weights that it meant, through edits", async () => {
  const before = await newest();
  const address = `/tiny/${slug}/2`;
  const { id } = await begin(`old ${address}`);
  await ingest(await tinyBundle({ seed: 2 }), { user_id: "ann", visibility: "public" });
  const comment = (await read(id)).contents[0] ?? expect.fail();
  expect(comment.links[address]?.revision).toBe(before.summary.revision);
  await editComment(
    ann,
    comment.id,
    { body: `still ${address}, and /tiny/${slug}/3`, version: 1 },
    host,
  );
  const { links } = (await read(id)).contents[0] ?? expect.fail();
  expect(links[address]?.revision).toBe(before.summary.revision);
  expect(links[`/tiny/${slug}/3`]?.revision).toBeNull();
  const named = async (weights_from: number) =>
    (await discussionsOf({ weights_from, index: 2 })).map(({ discussion }) => discussion.id);
  expect(await named(before.weights_from)).toContain(id);
  expect(await named((await newest()).weights_from)).not.toContain(id);
  // an upload with more measurements of the first weights
  const { id: latest, weights_from } = await newest();
  await db().revision.update({
    where: { id: latest },
    data: { weights_from: before.weights_from },
  });
  expect((await read(id)).contents[0]?.links[address]?.revision).toBeNull();
  await db().revision.update({ where: { id: latest }, data: { weights_from } });
});

test("nothing of a hidden dictionary is shown: no link, no name, no entry in a feed", async () => {
  const { id } = await begin(`secret /tiny/${slug}/7 here`);
  await addLabel(ann, await newest(), 7, "secret words");
  await setVisibility("private");
  const elsewhere = { headers: { host: "hub.example" } };
  const [seen] = (await read(id, bob)).contents;
  expect(seen).toMatchObject({ body: "secret (hidden) here", links: {} });
  expect((await read(id, ann)).contents[0]?.body).toContain(slug);
  expect(Object.keys((await read(id, kim)).contents[0]?.links ?? {})).toHaveLength(1);
  const probe = { text: `/tiny/${slug}/7` };
  expect((await ask(mentionsRoute.POST, {}, probe, elsewhere)).body).toEqual({ links: {} });
  expect(Object.keys((await ask(mentionsRoute.POST, {}, probe)).body.links)).toHaveLength(1);
  const names = { model: "tiny", dictionary: slug, index: "7" };
  const feedOf = async (headers: Record<string, string>) => {
    const params = Promise.resolve(names);
    const request = () => new Request("http://hub/", { headers });
    return [
      await hubFeed(request()),
      await dictionaryFeed(request(), { params }),
      await featureFeed(request(), { params }),
    ];
  };
  const hidden = await feedOf(elsewhere.headers);
  expect(hidden.map(({ status }) => status)).toEqual([200, 404, 404]);
  expect(await hidden[0]?.text()).not.toMatch(/secret words|res1-2x-topk2\/7/);
  for (const feed of await feedOf({ host })) {
    const text = await feed.text();
    expect(text).toContain("secret words");
    expect(text).toContain(`secret /tiny/${slug}/7 here`);
  }
  await setVisibility("public");
});

test("a feed that did not change is not sent again", async () => {
  const get = (headers: Record<string, string>) =>
    hubFeed(new Request("http://hub/", { headers: { host, ...headers } }));
  const first = await get({});
  expect(first.headers.get("content-type")).toContain("application/atom+xml");
  expect(Number.isNaN(Date.parse(first.headers.get("last-modified") ?? ""))).toBe(false);
  const etag = first.headers.get("etag") ?? "";
  expect((await get({ "if-none-match": `W/${etag}` })).status).toBe(304);
  await begin("news");
  expect((await get({ "if-none-match": etag })).status).toBe(200);
});

test("the API takes what is sound and says what it refuses", async () => {
  const said = await ask(discussionsRoute.POST, {}, { title: " What\nis it? ", body: "a\r\nb" });
  expect(said.body).toMatchObject({ address: `/discussions/${said.body.id}-what-is-it` });
  const discussion = String(said.body.id);
  expect((await ask(discussionRoute.GET, { discussion })).body.contents[0].body).toBe("a\nb");
  const answer = await ask(commentsRoute.POST, { discussion }, { body: "yes" });
  expect(answer.body.address).toContain(`#comment-${answer.body.id}`);
  const comment = String(answer.body.id);
  const edit = { body: "no", version: "1" };
  expect((await ask(commentRoute.PATCH, { comment }, edit)).status).toBe(200);
  expect((await ask(commentRoute.PATCH, { comment }, edit)).status).toBe(409);
  const refused: [object, number][] = [
    [{ title: "", body: "x" }, 400],
    [{ title: "x", body: "  " }, 400],
    [{ title: "x", body: "y".repeat(10_001) }, 400],
    [{ title: "x", body: "y".repeat(100_000) }, 413],
    [{ title: "x", body: "half \ud83d" }, 400],
    [{ title: "x", body: "nul \u0000" }, 400],
    [{ title: "x", body: "y", html: true }, 400],
  ];
  for (const [body, status] of refused)
    expect((await ask(discussionsRoute.POST, {}, body)).status).toBe(status);
  expect((await ask(commentsRoute.POST, { discussion: "999999" }, { body: "x" })).status).toBe(404);
  const away = { headers: { host: "hub.example" } };
  const answers = [
    await ask(discussionsRoute.POST, {}, { title: "x", body: "y" }, away),
    await ask(discussionRoute.PATCH, { discussion }, { title: "x" }, away),
    await ask(discussionRoute.DELETE, { discussion }, undefined, away),
    await ask(commentsRoute.POST, { discussion }, { body: "x" }, away),
    await ask(commentRoute.PATCH, { comment }, edit, away),
    await ask(commentRoute.DELETE, { comment }, undefined, away),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  expect((await ask(commentRoute.DELETE, { comment })).body).toEqual({ removed: true });
});

test("who leaves leaves their words, signed by nobody", async () => {
  await person("dan");
  const { id } = await begin("mine", { id: "dan", name: "dan", role: "member" });
  await db().user.delete({ where: { id: "dan" } });
  expect(await read(id)).toMatchObject({
    author: null,
    contents: [{ author: null, body: "mine" }],
  });
});
