import { join } from "node:path";
import { readDecoder } from "trainer/match";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GET, POST } from "../app/api/v1/comparisons/route.ts";
import { compareQuery } from "../lib/compare-query.ts";
import type { CompareQuery } from "../lib/views.ts";
import { closeDb, db } from "../server/db.ts";
import { runCompareJob } from "../server/jobs/compare-job.ts";
import { listUnheld } from "../server/jobs/lock.ts";
import { getComparison } from "../server/queries/compare.ts";
import { ingest, tinyBundle } from "./hub.ts";

const [a, b] = ["tiny/res1-2x-topk2", "tiny/wide"];
const signal = new AbortController().signal;
const dirs: Record<string, string> = {};

beforeAll(async () => {
  dirs.a = await tinyBundle();
  dirs.b = await tinyBundle({ name: "wide", d_sae: 12, seed: 5 });
  await ingest(dirs.a);
  await ingest(dirs.b, { user_id: "local", visibility: "unlisted" });
  await ingest(await tinyBundle({ name: "hidden", seed: 6 }), {
    user_id: "local",
    visibility: "private",
  });
});
afterAll(closeDb);

const ask = (query: Partial<CompareQuery>) =>
  getComparison(null, compareQuery.parse({ a, b, ...query }));

async function request(body: object, host = "127.0.0.1:3000") {
  const response = await POST(
    new Request("http://hub/api/v1/comparisons", {
      method: "POST",
      headers: { host },
      body: JSON.stringify(body),
    }),
  );
  return { status: response.status, body: await response.json() };
}

/** cosines[i][j] of feature i of a and j of b, from the bundles' own weights. */
function cosinesByHand(): number[][] {
  const rowsOf = (dir: string | undefined) => {
    const { shape, data } = readDecoder(join(dir ?? "", "sae_weights.safetensors"));
    const [n = 0, width = 0] = shape;
    return Array.from({ length: n }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
  };
  const dot = (x: number[], y: number[]) => x.reduce((sum, v, c) => sum + v * (y[c] ?? 0), 0);
  const cosine = (x: number[], y: number[]) => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  return rowsOf(dirs.a).map((x) => rowsOf(dirs.b).map((y) => cosine(x, y)));
}

test("what has not been asked for is not there, and a stranger cannot ask", async () => {
  expect(await ask({})).toMatchObject({ refusal: null, job: null, matching: null });
  expect(await request({ a, b }, "hub.example")).toMatchObject({ status: 403 });
  expect(await db().comparison.count()).toBe(0);
});

test("a worker that was killed or stopped over a comparison leaves it to the next", async () => {
  expect((await request({ a, b })).body.address).toContain("/compare?a=tiny");
  const { id } = await db().comparison.findFirstOrThrow();
  await db().comparison.update({ where: { id }, data: { state: "running", attempts: 1 } }); // killed
  expect(await listUnheld("compare")).toEqual([id]);
  await runCompareJob(id, AbortSignal.abort());
  expect(await ask({})).toMatchObject({ job: { state: "waiting" }, matching: null });
  await runCompareJob(id, signal);
  expect(await listUnheld("compare")).toEqual([]);
  expect(await ask({})).toMatchObject({ job: { state: "done" } });
});

test("MMCS, what is alone and the first pair are those of the cosines by hand", async () => {
  const cosines = cosinesByHand();
  const largest = cosines.map((row) => Math.max(...row));
  const ofB = cosines[0]?.map((_, j) => Math.max(...cosines.map((row) => row[j] ?? 0))) ?? [];
  const mean = (values: number[]) => values.reduce((x, y) => x + y) / values.length;
  const { matching } = (await ask({ threshold: 0.8 })) ?? {};
  expect(matching?.mmcs_a).toBeCloseTo(mean(largest), 5);
  expect(matching?.mmcs_b).toBeCloseTo(mean(ofB), 5);
  expect(matching?.only_a).toBe(largest.filter((cosine) => cosine < 0.8).length);
  expect(matching?.only_b).toBe(ofB.filter((cosine) => cosine < 0.8).length);
  expect(matching?.bins_a.reduce((x, y) => x + y)).toBe(8);
  const [first] = matching?.rows ?? [];
  const best = Math.max(...largest);
  expect(first?.cosine).toBeCloseTo(best, 5);
  expect(cosines[first?.a?.index ?? -1]?.[first?.b?.index ?? -1]).toBeCloseTo(best, 5);
  const partners = matching?.rows.map((row) => row.b?.index);
  expect(new Set(partners).size).toBe(8); // one to one
});

test("the other way round it is the same comparison, seen from the other side", async () => {
  const there = (await ask({ threshold: 0.8 }))?.matching;
  const back = (await ask({ a: b, b: a, threshold: 0.8 }))?.matching;
  expect(back).toMatchObject({ mmcs_a: there?.mmcs_b, only_a: there?.only_b, pairs: there?.pairs });
  const pairs = (rows = there?.rows, swap = false) =>
    rows?.map(({ a, b }) => (swap ? [b?.index, a?.index] : [a?.index, b?.index]));
  expect(pairs(back?.rows, true)).toEqual(pairs());
  const alone = (await ask({ threshold: 0.8, show: "only_b" }))?.matching?.rows;
  const seen = (await ask({ a: b, b: a, threshold: 0.8, show: "only_a" }))?.matching?.rows;
  expect(pairs(seen, true)).toEqual(pairs(alone));
});

test("what cannot be compared says why, and what may not be seen is not there", async () => {
  expect((await ask({ b: a }))?.refusal).toBe("Both have the same weights.");
  expect(await request({ a, b: a })).toMatchObject({ status: 422 });
  expect(await ask({ b: "tiny/hidden" })).toBeNull();
  expect(await ask({ b: "tiny/nowhere" })).toBeNull();
  const response = await GET(new Request(`http://hub/api/v1/comparisons?a=${a}&threshold=2`));
  expect(response.status).toBe(400);
});
