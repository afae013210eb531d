import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Table, tables } from "trainer/bundle";
import { readTable, sealBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { listPoints } from "../server/queries/datapoints.ts";
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
    const points = await listPoints("tiny", name);
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
    expect([...((await listPoints("tiny", "older"))?.origin ?? [])]).toEqual(Array(6).fill(0));
  });

  test("of a dictionary that is not there are none", async () => {
    expect(await listPoints("tiny", "other")).toBeNull();
    expect(await listPoints("tiny", name, "0".repeat(64))).toBeNull();
  });
});
