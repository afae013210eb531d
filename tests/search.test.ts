import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tables, tokenStrings } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GET as getSearch } from "../app/api/v1/search/route.ts";
import { searchQuery } from "../lib/search-query.ts";
import { toShortId } from "../lib/short-link.ts";
import type { SearchQuery, Suggestion, TokenSearch } from "../lib/views.ts";
import { closeDb, db, pool } from "../server/db.ts";
import { indexRevision, listUnindexed } from "../server/jobs/index-job.ts";
import { findAddress } from "../server/queries/find-address.ts";
import { search } from "../server/queries/search.ts";
import { suggest } from "../server/queries/suggest.ts";
import { unpackEntries } from "../server/token-entries.ts";
import { ingest, tinyBundle } from "./hub.ts";

const slug = "res1-2x-topk2";
const maintainer = { id: "local", name: "local", role: "maintainer" } as const;
const signal = new AbortController().signal;
let dir: string;

beforeAll(async () => {
  dir = await tinyBundle();
  await ingest(dir);
  await ingest(await tinyBundle({ name: "secret-dictionary" }), {
    user_id: "local",
    visibility: "private",
  });
});
afterAll(closeDb);

const ask = (query: Partial<SearchQuery>, viewer: typeof maintainer | null = null) =>
  search(viewer, searchQuery.parse(query));

/** feature → activation, for each token: counted over the bundle's own examples, one by one. */
async function countByHand(): Promise<Map<number, Map<number, number>>> {
  const tokensOf = new Map<number, number[]>();
  for await (const block of readTable(join(dir, "contexts.parquet"), tables.contexts))
    for (const { context, tokens } of block) tokensOf.set(context, tokens);
  const found = new Map<number, Map<number, number>>();
  for await (const block of readTable(join(dir, "examples.parquet"), tables.examples))
    for (const { feature, context, window_start, activations } of block)
      for (const [i, activation] of activations.entries()) {
        const token = tokensOf.get(context)?.[window_start + i] ?? -1;
        const features = found.get(token) ?? new Map<number, number>();
        if (activation > 0) found.set(token, features);
        features.set(feature, Math.max(activation, features.get(feature) ?? 0));
      }
  for (const features of found.values())
    for (const [feature, activation] of features) if (activation === 0) features.delete(feature);
  return found;
}

async function stored(revision_id: number) {
  const rows = await db().tokenFeatures.findMany({
    where: { revision_id },
    orderBy: { token_id: "asc" },
  });
  return rows.map(({ token_id, features, entries }) => ({
    token_id,
    count: features,
    ...unpackEntries(entries),
  }));
}

test("the index holds what counting over the examples finds, the largest share first", async () => {
  const { id } = await db().revision.findFirstOrThrow({ orderBy: { id: "asc" } });
  const [rows, byHand] = [await stored(id), await countByHand()];
  expect(rows.map((row) => row.token_id)).toEqual([...byHand.keys()].sort((a, b) => a - b));
  for (const { token_id, count, features, activations, shares } of rows) {
    const expected = byHand.get(token_id) ?? new Map();
    expect(count).toBe(expected.size);
    expect(new Map([...features].map((f, i) => [f, activations[i]]))).toEqual(expected);
    // feature f's maximum is 2 + f
    for (const [i, f] of features.entries())
      expect(shares[i]).toBeCloseTo((activations[i] ?? 0) / (2 + f), 6);
    expect([...shares]).toEqual([...shares].sort((a, b) => b - a));
  }
});

test("a revision that was taken in before the index gets the same one from the worker", async () => {
  const { id } = await db().revision.findFirstOrThrow({ orderBy: { id: "asc" } });
  const before = await stored(id);
  await pool().query(`DROP TABLE token_features_r${id}`);
  expect(await listUnindexed()).toEqual([{ id, d_sae: 8 }]);
  const { tokens } = await ask({ q: "dog" });
  expect(tokens).toMatchObject({ searched: 0, waiting: 1, groups: [] });
  const end = new AbortController();
  end.abort();
  await expect(indexRevision({ id, d_sae: 8 }, end.signal)).rejects.toThrow();
  expect(await listUnindexed()).toHaveLength(1); // wholly there or not at all
  await indexRevision({ id, d_sae: 8 }, signal);
  expect(await listUnindexed()).toEqual([]);
  expect(await stored(id)).toEqual(before);
});

const featuresOf = (tokens: TokenSearch | null) => tokens?.groups[0]?.hits.map((hit) => hit.index);

test("a word finds the features that fire on its token, however it is written", async () => {
  const id = tokenStrings(JSON.parse(readFileSync(join(dir, "tokenizer.json"), "utf8"))).indexOf(
    " dog",
  );
  const byHand = (await countByHand()).get(id) ?? new Map<number, number>();
  const { tokens } = await ask({ q: "DOG" });
  expect(tokens?.words).toEqual([{ word: "DOG", tokens: [" dog"] }]);
  expect(tokens?.groups[0]).toMatchObject({ dictionary: slug, features: byHand.size, cut: false });
  const activationOf = (f: number) => byHand.get(f) ?? 0;
  const shareOf = (f: number) => Math.fround(activationOf(f) / (2 + f));
  const best = [...byHand.keys()]
    .sort((a, b) => shareOf(b) - shareOf(a) || activationOf(b) - activationOf(a))
    .slice(0, 5);
  expect(featuresOf(tokens)).toEqual(best);
  const [hit] = tokens?.groups[0]?.hits ?? [];
  const { tokens: text, activations, position, window_start } = hit?.example ?? {};
  const at = (position ?? 0) - (window_start ?? 0);
  expect(text?.[at]).toBe(" dog");
  expect(activations?.[at]).toBe(hit?.activation);
});

test("several words find the features that fire on all of them", async () => {
  const inOne = async (q: string) => {
    const { tokens } = await ask({ q, in: "tokens", model: "tiny", dictionary: slug });
    return tokens?.groups[0]?.hits ?? [];
  };
  const [dog, time, all] = [await inOne("dog"), await inOne("time"), await inOne("dog time")];
  const shareIn = (hits: typeof dog, f: number) => hits.find((hit) => hit.index === f)?.share ?? 0;
  const common = dog.map((hit) => hit.index).filter((f) => shareIn(time, f) > 0);
  expect(common.length).toBeGreaterThan(0);
  expect(all.map((hit) => hit.index).sort()).toEqual(common.sort());
  for (const { index, share } of all)
    expect(share).toBe(Math.min(shareIn(dog, index), shareIn(time, index)));
});

test("a word that is no token says so, and what begins like it", async () => {
  const { tokens } = await ask({ q: "do" });
  expect(tokens).toMatchObject({ groups: [], near: ["dog"] });
  expect(tokens?.words).toEqual([{ word: "do", tokens: [] }]);
});

test("a private dictionary is in no result and in no count", async () => {
  const seen = async (viewer: typeof maintainer | null) => {
    const { tokens, names } = await ask({ q: "dog" }, viewer);
    const all = await ask({ q: "" }, viewer);
    const [word] = await suggest(viewer, "dog");
    const typed = await suggest(viewer, "secret");
    return {
      found: tokens?.found,
      searched: tokens?.searched,
      names: names && all.names?.dictionaries.length,
      word: word?.detail,
      typed: typed.length,
    };
  };
  const [nobody, owner] = [await seen(null), await seen(maintainer)];
  expect(nobody).toMatchObject({ found: 1, searched: 1, names: 1, typed: 0 });
  expect(owner).toMatchObject({ found: 2, searched: 2, names: 2, typed: 1 });
  expect(owner.word).not.toBe(nobody.word);
});

test("names are found in either case, and though a letter is wrong", async () => {
  const names = async (q: string) =>
    (await ask({ q, in: "names" })).names?.dictionaries.map((one) => one.slug);
  expect(await names("RES1-2X")).toEqual([slug]);
  expect(await names("res1-2x-topc2")).toEqual([slug]);
  expect(await names("hook_resid")).toEqual([slug]);
  expect(await names("gated")).toEqual([]);
});

test.each([
  [`tiny/${slug}/3`, `/tiny/${slug}/3`],
  [`http://hub.example/tiny/${slug}/datapoints/4/2`, `/tiny/${slug}/datapoints/4/2`],
  [`${slug}/3`, `/tiny/${slug}/3`],
  [slug, `/tiny/${slug}`],
  ["tiny", "/tiny"],
  [`tiny/${slug}/8`, null],
  ["tiny/other", null],
  ["dog", null],
])("the address %s leads to %s", async (text, leads) => {
  expect(await findAddress(null, text)).toBe(leads);
});

test("a short address leads to its feature", async () => {
  const { weights_from } = await db().revision.findFirstOrThrow({
    where: { dictionary: { slug } },
  });
  const short = `/f/${toShortId({ weights_from, index: 3 })}`;
  expect(await findAddress(null, `http://hub.example${short}`)).toBe(`/tiny/${slug}/3`);
});

test("suggestions: the address, names, then words with their features", async () => {
  const kinds = (list: Suggestion[]) => list.map(({ kind, text }) => `${kind} ${text}`);
  expect(kinds(await suggest(null, "tiny"))).toEqual(["address /tiny", `dictionary tiny/${slug}`]);
  expect(kinds(await suggest(null, "do"))).toEqual(["token dog"]);
  expect((await suggest(null, "dog ti"))[0]).toMatchObject({ text: "dog time" });
});

test("the API refuses a place that is none", async () => {
  const response = await getSearch(new Request("http://hub/api/v1/search?q=dog&in=space"));
  expect(response.status).toBe(400);
  expect((await response.json()).error.message).toContain("in");
});

test("labels are found by their words in any form and by a part of one, but not a private dictionary's", async () => {
  for (const { id, slug: name } of await db().dictionary.findMany()) {
    const { weights_from } = await db().revision.findFirstOrThrow({ where: { dictionary_id: id } });
    const text = name === slug ? "running dogs" : "running cats";
    await db().label.create({ data: { dictionary_id: id, weights_from, index: 2, text } });
  }
  const texts = async (q: string, viewer: typeof maintainer | null = null) =>
    (await ask({ q, in: "labels" }, viewer)).labels?.hits.map((hit) => hit.text);
  for (const q of ["dog", "dogs run", "runn", "runing dogs"])
    expect([q, await texts(q)]).toEqual([q, ["running dogs"]]);
  expect(await texts("run", maintainer)).toEqual(["running dogs", "running cats"]);
  expect(await texts("100%")).toEqual([]);
  const { tokens } = await ask({ q: "dog", dictionary: slug });
  expect(tokens?.groups[0]?.hits.find((hit) => hit.index === 2)?.label).toBe("running dogs");
});

test("where the database has no trigrams, misspelt names and labels are not found, all others are", async () => {
  await db().$executeRaw`DROP EXTENSION pg_trgm CASCADE`;
  vi.resetModules(); // whether it is there is asked once
  const plain = await import("../server/queries/search.ts");
  const found = async (q: string) => {
    const of = (place: "names" | "labels") =>
      plain.search(null, searchQuery.parse({ q, in: place }));
    const [{ names }, { labels }] = await Promise.all([of("names"), of("labels")]);
    return [names?.dictionaries.map((one) => one.slug), labels?.hits.map((hit) => hit.text)];
  };
  expect(await found("RES1-2X")).toEqual([[slug], []]);
  expect(await found("res1-2x-topc2")).toEqual([[], []]);
  expect(await found("runn")).toEqual([[], ["running dogs"]]);
  expect(await found("dogs run")).toEqual([[], ["running dogs"]]);
  expect(await found("runing dogs")).toEqual([[], []]);
  await (await import("../server/db.ts")).closeDb();
});
