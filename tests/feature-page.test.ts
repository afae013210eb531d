import { join } from "node:path";
import { tables } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GET } from "../app/api/v1/dictionaries/[model]/[dictionary]/features/[index]/text/route.ts";
import { closeDb, pool } from "../server/db.ts";
import { getDatapoint } from "../server/queries/datapoint.ts";
import { getElsewhere } from "../server/queries/elsewhere.ts";
import { getFeature } from "../server/queries/features.ts";
import { ingest, tinyBundle } from "./hub.ts";

const model = "tiny";
const dictionary = "res1-2x-topk2";
let dir = "";

beforeAll(async () => {
  dir = await tinyBundle();
  await ingest(dir);
});
afterAll(closeDb);

async function rowsOf<Name extends "datapoints" | "datapoint_features" | "contexts">(name: Name) {
  const rows: (typeof tables)[Name]["record"]["_output"][] = [];
  for await (const block of readTable(join(dir, tables[name].file), tables[name] as never))
    rows.push(...(block as typeof rows));
  return rows;
}

/** By hand: the datapoints of the bundle at which a feature is active, the largest CE-diff first. */
async function worstOf(feature: number) {
  const active = await rowsOf("datapoint_features");
  const datapoints = await rowsOf("datapoints");
  return datapoints
    .filter((_, i) => active[i]?.features.includes(feature))
    .sort((a, b) => b.ce_diff - a.ce_diff)
    .map(({ context, position }) => ({ context, position }));
}

test("a feature lists the datapoints at which it is active, the worst first", async () => {
  for (const [feature, active] of [
    [1, 2], // i % 3 of six
    [4, 3], // 4 + (i % 2)
    [6, 0],
  ] as const) {
    const found = (await getFeature(null, model, dictionary, feature))?.datapoints;
    const worst = await worstOf(feature);
    expect(worst).toHaveLength(active);
    expect(found).toMatchObject({ searched: 6, datapoints: active });
    expect(found?.worst).toMatchObject(worst);
  }
});

test("each in its text, its own token where the snippet says", async () => {
  const worst = (await getFeature(null, model, dictionary, 4))?.datapoints?.worst[0];
  if (!worst) throw new Error("there is none");
  const { snippet, position, context } = worst;
  expect(snippet).toMatchObject({ at: position, tokens: { length: 16 } }); // all of it is within reach
  const view = await getDatapoint(null, model, dictionary, { context, position });
  expect(view?.tokens.map(({ token }) => token)).toEqual(snippet.tokens);
});

test("a revision from before is searched when it is first asked for", async () => {
  const before = await getFeature(null, model, dictionary, 4);
  await pool().query("UPDATE feature SET datapoints = NULL");
  expect(await getFeature(null, model, dictionary, 4)).toEqual(before);
  const { rows } = await pool().query("SELECT FROM feature WHERE datapoints IS NULL");
  expect(rows).toHaveLength(0);
});

test("a bundle that does not say what is active lists none", async () => {
  await pool().query("UPDATE feature SET datapoints = NULL");
  await pool().query("UPDATE datapoint SET active = NULL");
  expect((await getFeature(null, model, dictionary, 4))?.datapoints).toBeNull();
  expect((await getFeature(null, model, dictionary, 4))?.datapoints).toBeNull();
});

test("whole contexts are windows with what is around them", async () => {
  const cut = await getFeature(null, model, dictionary, 2);
  const whole = await getFeature(null, model, dictionary, 2, null, true);
  const contexts = await rowsOf("contexts");
  for (const [i, example] of (whole?.intervals[0]?.examples ?? []).entries()) {
    const { before = [], after = [], ...rest } = example;
    expect(rest).toEqual(cut?.intervals[0]?.examples[i]);
    expect(before).toHaveLength(3); // window_start
    const length = contexts.find((one) => one.context === example.context)?.tokens.length;
    expect(before.length + rest.tokens.length + after.length).toBe(length);
  }
});

test("examples are answered as text, one a line", async () => {
  const ask = async (query: string) =>
    GET(new Request(`http://hub/text?${query}`), {
      params: Promise.resolve({ model, dictionary, index: "2" }),
    });
  const all = await ask("interval=1");
  expect(all.headers.get("content-type")).toContain("text/plain");
  const lines = (await all.text()).split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/<<[^<>]+>>/);
  expect(await (await ask("interval=1&rank=1")).text()).toBe(lines[1]);
  const long = await (await ask("interval=1&rank=1&window=whole")).text();
  expect(long).toContain(lines[1]);
  expect(long.length).toBeGreaterThan(lines[1]?.length ?? 0);
  expect((await ask("interval=1&rank=2")).status).toBe(404);
  expect((await ask("interval=x")).status).toBe(400);
});

test("a page of a feature asks the database few times", async () => {
  await getFeature(null, model, dictionary, 2); // what is kept is read
  const asked: unknown[] = [];
  const { query } = pool();
  pool().query = ((...args: Parameters<typeof query>) => {
    asked.push(args);
    return query.apply(pool(), args);
  }) as typeof query;
  await getFeature(null, model, dictionary, 2);
  pool().query = query;
  expect(asked.length).toBeLessThanOrEqual(5);
});

test("the nearest feature of each other dictionary that the viewer may see", async () => {
  await ingest(await tinyBundle({ name: "twin" })); // the same weights under another name
  await ingest(await tinyBundle({ name: "stranger", seed: 5 }));
  const asked = { model, slug: dictionary, index: 2 };
  const found = await getElsewhere(null, asked);
  expect(found).toMatchObject({ features: 16, left_out: 0 });
  const rows = found === "busy" ? [] : (found?.rows ?? []);
  expect(rows.map((row) => row.dictionary.slug)).toEqual(["twin", "stranger"]);
  expect(rows[0]).toMatchObject({ index: 2 });
  expect(rows[0]?.cosine).toBeCloseTo(1, 6);
  expect(rows[1]?.cosine).toBeLessThan(1);
  expect(rows[1]?.cosine).toBeGreaterThan(0);
  await pool().query("UPDATE dictionary SET visibility = 'private' WHERE slug = 'twin'");
  expect(await getElsewhere(null, asked)).toMatchObject({ rows: [{ cosine: rows[1]?.cosine }] });
  expect(await getElsewhere(null, { ...asked, index: 8 })).toBeNull();
});
