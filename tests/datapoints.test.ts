import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Table, tables } from "trainer/bundle";
import { readTable, sealBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { datapointQuery } from "../lib/datapoint-query.ts";
import { closeDb } from "../server/db.ts";
import { getDatapoint } from "../server/queries/datapoint.ts";
import { listDatapoints, listPoints } from "../server/queries/datapoints.ts";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { ingest, tinyBundle } from "./hub.ts";

const name = "res1-2x-topk2";
let dir: string;

beforeAll(async () => {
  dir = await tinyBundle();
  await ingest(dir);
});
afterAll(closeDb);

async function all<Row>(table: Table<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readTable(join(dir, table.file), table)) rows.push(...block);
  return rows;
}

/** A bundle of a trainer that knew nothing of datapoint_features.parquet and losses.parquet. */
async function olderBundle(): Promise<string> {
  const older = await tinyBundle();
  const { model_id, provenance } = await writeTinyBundle(older, { name: "older" });
  for (const table of [tables.datapoint_features, tables.losses]) await rm(join(older, table.file));
  await rm(join(older, "manifest.json"));
  await sealBundle(older, { model_id, name: "older", provenance });
  return older;
}

describe("the points of a dictionary", () => {
  test("are its datapoints, in the bundle's order, each with its token", async () => {
    const points = await listPoints(null, "tiny", name);
    const stored = await all(tables.datapoints);
    const tokens = new Map((await all(tables.contexts)).map((row) => [row.context, row.tokens]));
    const active = await all(tables.datapoint_features);
    for (const key of ["context", "position", "l0", "ce_diff", "squared_error", "norm_x"] as const)
      expect([...(points?.[key] ?? [])]).toEqual(stored.map((row) => row[key]));
    expect([...(points?.token_id ?? [])]).toEqual(
      stored.map(({ context, position }) => tokens.get(context)?.[position]),
    );
    expect([...(points?.origin ?? [])]).toEqual(active.map((row) => row.origin));
    expect(points?.umap_x.every(Number.isNaN)).toBe(true);
  });

  test("of a bundle that does not say why they are there are a sample", async () => {
    await ingest(await olderBundle());
    expect([...((await listPoints(null, "tiny", "older"))?.origin ?? [])]).toEqual(
      Array(6).fill(0),
    );
  });

  test("of a dictionary that is not there are none", async () => {
    expect(await listPoints(null, "tiny", "other")).toBeNull();
    expect(await listPoints(null, "tiny", name, "0".repeat(64))).toBeNull();
  });
});

describe("the table of datapoints", () => {
  const list = async (query: Record<string, unknown> = {}) => {
    const table = await listDatapoints(null, "tiny", name, datapointQuery.parse(query));
    return { total: table?.total, rows: table?.rows ?? [] };
  };

  test("begins with the worst, or with the best", async () => {
    const stored = (await all(tables.datapoints)).sort((a, b) => b.ce_diff - a.ce_diff);
    const contexts = stored.map((row) => row.context);
    const { rows, total } = await list();
    expect(rows.map((row) => row.context)).toEqual(contexts);
    expect(rounded(rows[0])).toMatchObject(figuresOf(stored[0]));
    expect(total).toBe(6);
    const best = await list({ order: "asc", per_page: 2, page: 2 });
    expect(best.rows.map((row) => row.context)).toEqual(contexts.reverse().slice(2, 4));
    expect(best.total).toBe(6);
  });

  test("is bounded by what it is sorted by, and picks by origin", async () => {
    const { rows } = await list();
    const [first, second] = rows.map((row) => row.ce_diff) as [number, number];
    expect((await list({ max: (first + second) / 2 })).rows).toEqual(rows.slice(1));
    expect((await list({ min: second })).rows).toEqual(rows.slice(0, 2));
    expect((await list({ sort: "l0", min: 3 })).rows).toEqual([]);
    const bests = await list({ origin: "best" });
    expect(bests.rows.map(({ context, origin }) => ({ context, origin }))).toEqual([
      { context: 2, origin: "best" },
    ]);
  });

  test("shows each token in its text, and finds it by what it contains", async () => {
    const tokens = new Map((await all(tables.contexts)).map((row) => [row.context, row.tokens]));
    const { rows } = await list();
    for (const { context, position, snippet } of rows) {
      expect(snippet.at).toBe(2);
      expect(snippet.tokens).toHaveLength(15);
      const token = snippet.tokens[snippet.at] as string;
      const found = await list({ token: token.toUpperCase() });
      const same = (other: number) => tokens.get(other)?.[2] === tokens.get(context)?.[position];
      expect(found.rows.map((row) => row.context)).toEqual(
        rows.map((row) => row.context).filter(same),
      );
    }
  });
});

describe("a datapoint", () => {
  test("has its figures, its text with all losses, and what is active there", async () => {
    const view = await getDatapoint(null, "tiny", name, { context: 4, position: 2 });
    const [stored, losses, active] = [
      (await all(tables.datapoints))[4],
      (await all(tables.losses))[4],
      (await all(tables.datapoint_features))[4],
    ];
    expect(rounded(view?.figures)).toEqual(figuresOf(stored));
    expect(view?.origin).toBe("sample");
    expect(view?.tokens).toHaveLength(16);
    expect(view?.tokens.map((token) => token.ce_sae)).toEqual([...(losses?.ce_sae ?? []), null]);
    expect(view?.tokens.map((token) => token.stored).indexOf(true)).toBe(2);
    expect(view?.tokens[0]?.counted).toBe(false);
    expect(view?.active?.map((one) => one.index)).toEqual(active?.features); // 1.5 before 0.5
    expect(view?.active?.map((one) => one.activation)).toEqual([1.5, 0.5]);
    expect(view?.active?.[0]?.density).toBeCloseTo(0.1);
  });

  test("knows its place, and the next worse and better", async () => {
    const places = (await all(tables.datapoints))
      .sort((a, b) => b.ce_diff - a.ce_diff)
      .map(({ context, position }) => ({ context, position }));
    for (const [at, place] of places.entries()) {
      const view = await getDatapoint(null, "tiny", name, place);
      expect(view).toMatchObject({ worse: at, datapoints: 6 });
      expect(view?.next_worse).toEqual(places[at - 1] ?? null);
      expect(view?.next_better).toEqual(places[at + 1] ?? null);
    }
  });

  test("may be any position with a loss: then the losses are all that is known", async () => {
    const view = await getDatapoint(null, "tiny", name, { context: 4, position: 7 });
    expect(view).toMatchObject({ origin: null, active: null, worse: 6, next_better: null });
    expect(view?.figures).toMatchObject({ ce_clean: 1, ce_sae: 1, ce_diff: 0, l0: null });
    for (const place of [
      { context: 4, position: 15 },
      { context: 6, position: 2 },
    ])
      expect(await getDatapoint(null, "tiny", name, place)).toBeNull();
  });

  test("is the same text in the model's other dictionaries, if its tokens are", async () => {
    await ingest(await tinyBundle({ name: "twin", architecture: "standard" }));
    await ingest(await tinyBundle({ name: "another-text", seed: 1 }));
    const view = await getDatapoint(null, "tiny", name, { context: 4, position: 2 });
    expect(view?.layers.map((one) => one.dictionary.slug)).toEqual([name, "twin"]);
    expect(view?.layers[0]).toMatchObject({ ce_sae: view?.figures.ce_sae });
  });

  test("of an older bundle has its figures and its text without losses", async () => {
    const view = await getDatapoint(null, "tiny", "older", { context: 4, position: 2 });
    expect(view).toMatchObject({ origin: "sample", active: null });
    const slugs = view?.layers.map((one) => one.dictionary.slug);
    expect(slugs).toEqual(["older", name, "twin"]);
    expect(view?.tokens.every((token) => token.ce_clean === null)).toBe(true);
    expect(await getDatapoint(null, "tiny", "older", { context: 4, position: 3 })).toBeNull();
  });
});

const names = ["ce_clean", "ce_sae", "ce_diff", "squared_error", "norm_x", "norm_x_hat", "l0"];

function figuresOf(row: object = {}): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}

/** The database gives the shortest number that stands for the same float32. */
function rounded(row: object = {}): object {
  const figures = Object.entries(figuresOf(row));
  return Object.fromEntries(figures.map(([name, value]) => [name, Math.fround(value)]));
}
