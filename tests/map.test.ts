import { tables } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST as select } from "../app/api/v1/dictionaries/[model]/[dictionary]/selection/route.ts";
import { decodeColumns } from "../lib/columns.ts";
import type { MapHeader, SelectionView } from "../lib/views.ts";
import { closeDb, pool } from "../server/db.ts";
import { downloadPoints } from "../server/points.ts";
import { getSnippet } from "../server/queries/map.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { serve } from "./servers.ts";

const named = { model: "tiny", dictionary: "res1-2x-topk2" };
const params = Promise.resolve(named);
let dir: string;
let sha256: string;
let hubs: Record<"newest" | "pinned" | "other", Awaited<ReturnType<typeof serve>>>;

beforeAll(async () => {
  dir = await tinyBundle();
  await ingest(dir);
  // all but the last of the six datapoints get a place
  await pool().query("UPDATE datapoint SET umap_x = index, umap_y = -index WHERE index < 5");
  sha256 = (await pool().query("SELECT manifest_sha256 FROM revision")).rows[0].manifest_sha256;
  hubs = {
    newest: await serve(downloadPoints, named),
    pinned: await serve(downloadPoints, { ...named, revision: sha256 }),
    other: await serve(downloadPoints, { ...named, revision: "0".repeat(64) }),
  };
});
afterAll(async () => {
  for (const hub of Object.values(hubs)) await hub.close();
  await closeDb();
});

const ask = (headers: Record<string, string> = {}, hub: keyof typeof hubs = "newest") =>
  fetch(hubs[hub].url, { headers });

async function compare(datapoints: unknown): Promise<Response> {
  const body = JSON.stringify({ datapoints });
  return select(new Request("http://hub/selection", { method: "POST", body }), { params });
}

describe("the map's points", () => {
  test("are the datapoints that have a place, with the texts of the most frequent tokens", async () => {
    const { columns, header } = decodeColumns(await (await ask()).arrayBuffer());
    expect([...(columns.index ?? [])]).toEqual([0, 1, 2, 3, 4]);
    expect([...(columns.umap_y ?? [])].map(Math.abs)).toEqual([0, 1, 2, 3, 4]);
    const { tokens } = header as MapHeader;
    expect(tokens.reduce((sum, token) => sum + token.datapoints, 0)).toBe(5);
    expect(tokens.every(({ token }) => typeof token === "string")).toBe(true);
  });

  test("are compressed for who takes that, and not sent again to who has them", async () => {
    const plain = await ask({ "accept-encoding": "identity" });
    const packed = await ask({ "accept-encoding": "br, gzip" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(await packed.arrayBuffer()).toEqual(await plain.arrayBuffer());
    const etag = packed.headers.get("etag") as string;
    expect((await ask({ "if-none-match": etag })).status).toBe(304);
    expect((await ask({ "if-none-match": 'W/"points-1-other"' })).status).toBe(200);
  });

  test("of a pinned revision are kept for good, of another there are none", async () => {
    expect((await ask({}, "pinned")).headers.get("cache-control")).toContain("immutable");
    expect((await ask()).headers.get("cache-control")).toBe("private, no-cache");
    expect((await ask({}, "other")).status).toBe(404);
  });

  test("have their text", async () => {
    const { context, position, snippet } =
      (await getSnippet(null, "tiny", named.dictionary, { context: 3, position: 2 })) ?? {};
    expect([context, position, snippet?.at]).toEqual([3, 2, 2]);
    expect(
      await getSnippet(null, "tiny", named.dictionary, { context: 3, position: 99 }),
    ).toBeNull();
    expect(
      await getSnippet(null, "tiny", named.dictionary, { context: 99, position: 0 }),
    ).toBeNull();
  });
});

describe("a selection", () => {
  test("of everything has every feature at ratio 1", async () => {
    const view: SelectionView = await (await compare([0, 1, 2, 3, 4])).json();
    expect(view).toMatchObject({ selected: 5, total: 5 });
    for (const { inside, overall } of view.means) expect(inside).toBe(overall);
    for (const row of view.features?.rows ?? []) {
      expect(row).toMatchObject({ ratio: 1, p_adjusted: 1 });
      expect(row.inside).toBe(row.overall);
    }
  });

  test("of some has the features that are active there, and its datapoints, worst first", async () => {
    const [active, datapoints] = [[], []] as [number[][], number[]];
    for await (const rows of readTable(
      `${dir}/datapoint_features.parquet`,
      tables.datapoint_features,
    ))
      active.push(...rows.map((row) => row.features));
    for await (const rows of readTable(`${dir}/datapoints.parquet`, tables.datapoints))
      datapoints.push(...rows.map((row) => row.ce_diff));
    const view: SelectionView = await (await compare([1, 3, 3])).json();
    expect(view.selected).toBe(2); // a datapoint that is named twice is one
    const placed = active.slice(0, 5);
    const count = (feature: number, among: number[][]) =>
      among.filter((features) => features.includes(feature)).length;
    const inside = [active[1], active[3]] as number[][];
    const features = [...new Set(placed.flat())];
    expect(view.features?.tests).toBe(features.length);
    expect(view.features?.rows.map((row) => row.index).sort()).toEqual(
      features.filter((feature) => count(feature, inside) >= 2).sort(),
    );
    for (const { index, ratio } of view.features?.rows ?? [])
      expect(ratio).toBeCloseTo((count(index, inside) * 5) / (count(index, placed) * 2), 12);
    const ce_diffs = [datapoints[1], datapoints[3]] as number[];
    expect(view.datapoints.map((row) => row.ce_diff)).toEqual(ce_diffs.sort((a, b) => b - a));
    expect(view.means[0]?.inside).toBeCloseTo(((ce_diffs[0] ?? 0) + (ce_diffs[1] ?? 0)) / 2, 6);
  });

  test.each([
    [[], "empty"],
    [[0, 5], "datapoint 5 is not on the map"],
    [[-1], "datapoints"],
    ["all", "expected array"],
  ])("of %j is refused with a sentence that says why", async (datapoints, reason) => {
    const response = await compare(datapoints);
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain(reason);
  });

  test("of a bundle that does not say what is active has no features", async () => {
    await pool().query("UPDATE datapoint SET active = NULL");
    const view: SelectionView = await (await compare([0])).json();
    expect(view.features).toBeNull();
    expect(view.datapoints).toHaveLength(1);
  });
});
