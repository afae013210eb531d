import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GET as random } from "../app/[model]/[dictionary]/random/route.ts";
import { featureQuery } from "../lib/feature-query.ts";
import { formatOutline } from "../lib/outline.ts";
import { type FeatureFigure, type FeatureRow, featureFigures } from "../lib/views.ts";
import { closeDb, db, pool } from "../server/db.ts";
import { listFeatures, randomFeature } from "../server/queries/feature-table.ts";
import { ingest, tinyBundle } from "./hub.ts";

const [model, dictionary] = ["tiny", "res1-2x-topk2"];
const params = Promise.resolve({ model, dictionary });
type Stored = Record<FeatureFigure | "umap_x" | "umap_y", number> & { index: number };
let all: Stored[];

beforeAll(async () => {
  await ingest(await tinyBundle({ d_sae: 60 }));
  // figures with many that are equal, in an order unlike that of the index; feature 3 stays dead
  await pool().query(`UPDATE feature SET
    density = CASE index WHEN 3 THEN 0 ELSE (1 + index * 7 % 11) / 100.0 END,
    max_activation = index * 13 % 17, nearest_cosine = (index * 5 % 19) / 20.0,
    encoder_decoder_cosine = (index * 3 % 23) / 25.0 - 0.4, decoder_norm = 1 + index * 29 % 31`);
  all = (await pool().query(`SELECT * FROM feature ORDER BY index`)).rows;
});
afterAll(closeDb);

async function list(query: Record<string, unknown>) {
  const asked = featureQuery.parse({ per_page: 200, ...query });
  const table = await listFeatures(null, model, dictionary, asked);
  if (!table) throw new Error("the dictionary is gone");
  return { ...table, indices: table.rows.map((row: FeatureRow) => row.index) };
}

describe.each(featureFigures)("by %s", (figure) => {
  test("features are sorted, and what is equal by its index", async () => {
    const sorted = all.toSorted((a, b) => a[figure] - b[figure] || a.index - b.index);
    const up = sorted.map((feature) => feature.index);
    expect((await list({ sort: figure })).indices).toEqual(up);
    expect((await list({ sort: figure, order: "desc" })).indices).toEqual(up.toReversed());
  });

  test("features are bounded, both bounds included, and counted", async () => {
    const values = all.map((feature) => feature[figure]).sort((a, b) => a - b);
    const [min, max] = [values[20] as number, values[40] as number];
    const { indices, total } = await list({ [`${figure}_min`]: min, [`${figure}_max`]: max });
    const inside = all.filter((feature) => feature[figure] >= min && feature[figure] <= max);
    expect(indices).toEqual(inside.map((feature) => feature.index));
    expect(total).toBe(inside.length);
  });
});

test("pages follow one another without gap or repetition", async () => {
  const whole = await list({ sort: "density", order: "desc" });
  const pages = await Promise.all(
    [1, 2, 3, 4].map((page) => list({ sort: "density", order: "desc", page, per_page: 17 })),
  );
  expect(pages.flatMap((page) => page.indices)).toEqual(whole.indices);
  expect(pages.map((page) => page.total)).toEqual([60, 60, 60, 60]);
});

test("top tokens are sorted as words, whatever their case and space, and the dead come last", async () => {
  const words = (rows: FeatureRow[]) => rows.map((row) => row.top_token?.trimStart().toLowerCase());
  const up = words((await list({ sort: "top_token" })).rows);
  const alive = up.slice(0, -1) as string[];
  expect(new Set(alive).size).toBeGreaterThan(2);
  expect(alive).toEqual(alive.toSorted());
  expect(up.at(-1)).toBeUndefined();
  const down = words((await list({ sort: "top_token", order: "desc" })).rows);
  expect(down).toEqual([...alive.toReversed(), undefined]);
});

test("the dead and the alive are told apart", async () => {
  expect((await list({ state: "dead" })).indices).toEqual([3]);
  expect((await list({ state: "alive" })).total).toBe(59);
});

test("an outline on the map holds what lies within it", async () => {
  const [x, y] = [all[7]?.umap_x ?? 0, all[7]?.umap_y ?? 0];
  const within = formatOutline([x - 0.5, y, x, y - 0.5, x + 0.5, y, x, y + 0.5]); // a diamond
  const inside = all.filter((f) => Math.abs(f.umap_x - x) + Math.abs(f.umap_y - y) < 0.5);
  expect(inside.length).toBeGreaterThan(1);
  expect(inside.length).toBeLessThan(60);
  expect((await list({ within })).indices).toEqual(inside.map((feature) => feature.index));
  const corner = all.filter(
    (f) => Math.abs(f.umap_x - x) < 0.5 && Math.abs(f.umap_y - y) < 0.5 && !inside.includes(f),
  );
  expect(corner.length).toBeGreaterThan(0); // the box around it holds more
});

test("filters hold together", async () => {
  const { rows } = await list({ search: "dog", density_min: 0.05, sort: "max_activation" });
  for (const { top_token, density } of rows) {
    expect(top_token).toContain("dog");
    expect(density).toBeGreaterThanOrEqual(0.05);
  }
  expect((await list({ search: "7", state: "dead" })).total).toBe(0);
});

describe("a random feature", () => {
  const ask = (query = "") => random(new Request(`http://hub/random${query}`), { params });

  test("is alive, and not always the same", async () => {
    const found = await Promise.all(
      Array.from({ length: 40 }, () => randomFeature(null, model, dictionary)),
    );
    expect(found).not.toContain(3);
    expect(found.every((index) => index !== null && index >= 0 && index < 60)).toBe(true);
    expect(new Set(found).size).toBeGreaterThan(5); // with 59 of them, fewer come once in 10^30 times
  });

  test("is led to, never kept, and stays in the revision that was asked for", async () => {
    const response = await ask();
    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toMatch(/^\/tiny\/res1-2x-topk2\/\d+$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { manifest_sha256 } = await db().revision.findFirstOrThrow();
    const pinned = (await ask(`?revision=${manifest_sha256}`)).headers.get("location");
    expect(pinned).toMatch(new RegExp(`/\\d+\\?revision=${manifest_sha256}$`));
  });

  test("of a dictionary that one may not see is nowhere", async () => {
    await db().dictionary.updateMany({ data: { visibility: "private" } });
    expect(await randomFeature(null, model, dictionary)).toBeNull();
    await expect(ask()).rejects.toThrow("404");
    await db().dictionary.updateMany({ data: { visibility: "public" } });
  });

  test("where all are dead is the table that says so", async () => {
    await pool().query("UPDATE feature SET density = 0");
    expect((await ask()).headers.get("location")).toBe("/tiny/res1-2x-topk2/features?state=alive");
  });
});
