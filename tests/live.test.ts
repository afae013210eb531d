import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, type Table, tables } from "trainer/bundle";
import { readTable, sealBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST as postTry } from "../app/api/v1/try/route.ts";
import { neuronpediaOperations } from "../server/api/neuronpedia-operations.ts";
import { closeDb } from "../server/db.ts";
import { stopLive } from "../server/inference/live.ts";
import { getAblation, storedAblation } from "../server/queries/ablation.ts";
import { tryFeature, tryText } from "../server/queries/try-text.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { callOperation } from "./routes-called.ts";
import { ended, startTrainer } from "./trainer.ts";

/* What the hub computes live, against what the trainer stored of the same text. */

const data = process.env.DATA_DIR as string;
const [model, name] = ["stories-2m", "live"];
const bundle = join(data, "run", "bundle");
const embedded = join(process.cwd(), "trainer/embedded/model");

const settings = {
  name,
  max_tokens: 14_000,
  held_out_fraction: 0.3,
  d_sae: 64,
  k: 4,
  train_tokens: 4_096,
  train_batch_tokens: 512,
  datapoints: 400,
  dashboard_tokens: 2_000,
};

let manifest: Manifest;

beforeAll(async () => {
  const flags = Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const { status, stderr } = await ended(startTrainer(data, ["run", "run", ...flags]));
  expect({ status, stderr }).toMatchObject({ status: 0 });
  await ingest(bundle);
  manifest = JSON.parse(await readFile(join(bundle, "manifest.json"), "utf8"));
});
afterAll(async () => {
  stopLive();
  await closeDb();
});

async function all<Row>(table: Table<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readTable(join(bundle, table.file), table)) rows.push(...block);
  return rows;
}

const ask = (body: object | string) =>
  postTry(
    new Request("http://hub/api/v1/try", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
const asking = (text: string, of = { model, name }) =>
  ask({ model: of.model, dictionaries: [{ name: of.name }], text });
const messageOf = async (response: Response) => (await response.json()).error.message;

/** The held-out text begins with a document, so that its first context can be tried as a text. */
async function firstContext(): Promise<{ text: string; length: number }> {
  const view = await getAblationOf((await topOf(0)).feature);
  const tokens = view?.contexts.find(({ context }) => context === 0)?.tokens ?? [];
  expect(tokens[0]).toBe("<|endoftext|>");
  return { text: tokens.slice(1).join(""), length: tokens.length };
}

/** The strongest example that lies in a context. */
async function topOf(context: number) {
  const examples = (await all(tables.examples)).filter((one) => one.interval === 0);
  const there = examples.filter((one) => one.context === context && one.rank < 10);
  const [top] = there.sort(
    (a, b) => Math.max(...b.activations) - Math.max(...a.activations) || a.feature - b.feature,
  );
  return top as NonNullable<typeof top>;
}

const getAblationOf = (index: number, before = async () => {}) =>
  getAblation(null, { model, slug: name, index }, before);

describe("a text that was measured", () => {
  test("has the losses and the activations that were stored of it", async () => {
    const { text, length } = await firstContext();
    const example = await topOf(0);
    const body = { model, dictionaries: [{ name }], text, strongest: 4, feature: example.feature };
    const { tokens, dictionaries } = await tryText(null, body);
    expect(tokens).toHaveLength(length);
    const [tried] = dictionaries as [(typeof dictionaries)[number]];

    const losses = (await all(tables.losses)).find(({ context }) => context === 0);
    for (const which of ["ce_clean", "ce_sae"] as const) {
      expect(tried[which]).toHaveLength(length - 1);
      expectNear(tried[which], losses?.[which] ?? []);
    }
    const stored = (await all(tables.datapoint_features)).filter(({ context }) => context === 0);
    expect(stored.length).toBeGreaterThan(3);
    for (const { position, features, activations } of stored)
      for (const [i, index] of features.entries()) {
        const along = tried.features.find((one) => one.index === index);
        const at = along?.positions.indexOf(position) ?? -1;
        expectNear([along?.activations[at] ?? 0], [activations[i] ?? 0]);
      }
    const counted = tried.counted.flatMap((isCounted, at) => (isCounted ? [at] : []));
    expect(counted[0]).toBe(1);
    const mean = (values: number[]) =>
      counted.filter((at) => at < length - 1).reduce((sum, at) => sum + (values[at] ?? 0), 0) /
      tried.totals.predicted;
    expect(tried.totals.ce_diff).toBeCloseTo(mean(tried.ce_sae) - mean(tried.ce_clean), 5);
  });

  test("has one feature's activations where an example shows them", async () => {
    const { text } = await firstContext();
    const { feature, window_start, activations } = await topOf(0);
    const tried = await tryFeature(null, { model, slug: name, index: feature }, text);
    const window = tried?.activations.slice(window_start, window_start + activations.length);
    expectNear(window ?? [], activations);
    expect(tried?.max_activation).toBeGreaterThan(0);
    expect(await tryFeature(null, { model, slug: name, index: 64 }, text)).toBeNull();
    expect(await tryFeature(null, { model, slug: "other", index: 0 }, text)).toBeNull();
  });
});

describe("an ablation", () => {
  test("changes nothing before the feature fires, begins with the stored loss, and is kept", async () => {
    const { feature, position } = await topOf(0);
    const view = await getAblationOf(feature);
    const here = view?.contexts.find(({ context }) => context === 0);
    const losses = (await all(tables.losses)).find(({ context }) => context === 0);
    expect(here?.position).toBe(position);
    expectNear(here?.ce_sae ?? [], losses?.ce_sae ?? []);
    const from = here?.from as number;
    expect(from).toBeLessThanOrEqual(position);
    expectNear(here?.ce_without.slice(0, from) ?? [], here?.ce_sae.slice(0, from) ?? []);
    const change = here?.ce_without.map((ce, at) => Math.abs(ce - (here.ce_sae[at] as number)));
    expect(Math.max(...(change ?? []))).toBeGreaterThan(0.01);

    const again = await getAblationOf(feature, async () => {
      throw new Error("computed again");
    });
    expect(again).toEqual(view);
    expect(await storedAblation(null, { model, slug: name, index: feature })).toEqual(view);
  });

  test("of no feature is none", async () => {
    expect(await getAblationOf(64)).toBeNull();
    expect(await getAblation(null, { model, slug: "other", index: 0 }, async () => {})).toBeNull();
  });
});

describe("Neuronpedia's searches", () => {
  const post = async (path: string, body: object) => {
    const operation = neuronpediaOperations.find((one) => one.path === path);
    const response = await callOperation(
      operation as (typeof neuronpediaOperations)[number],
      {},
      { headers: {}, body: JSON.stringify({ modelId: model, ...body }) },
    );
    const json = await response.json();
    expect(operation?.answer?.safeParse(json)).toMatchObject({ success: true });
    expect(Number(response.headers.get("x-limit-remaining"))).toBeGreaterThan(0);
    return json;
  };
  const text = "Once upon a time there was a little dog.";

  test("find what fires most on a text, or on tokens of it, or on each", async () => {
    const every = await post("/activation/source", { source: name, customText: text });
    const [{ tokens, activeFeatures }] = every.results;
    expect(tokens.slice(1).join("")).toBe(text);
    const sumAt = (index: string, places: number[]) =>
      (activeFeatures[index] as [number, number][])
        .filter(([at]) => places.includes(at))
        .reduce((sum, [, value]) => sum + value, 0);
    const largest = (index: string) =>
      Math.max(...(activeFeatures[index] as [number, number][]).map(([, value]) => value));
    const indices = Object.keys(activeFeatures);
    const bySize = [...indices].sort((a, b) => largest(b) - largest(a));

    const all = await post("/search-all", { sourceSet: name, text, numResults: 3 });
    expect(all.tokens).toEqual(tokens);
    expect(all.result.map((one: { index: string }) => one.index)).toEqual(bySize.slice(0, 3));
    expect(all.counts).toEqual([
      tokens.map(
        (_: string, at: number) => indices.filter((index) => sumAt(index, [at]) > 0).length,
      ),
    ]);
    const [first] = all.result;
    expect(first.maxValue).toBe(largest(first.index));
    expect(first.values[first.maxValueIndex]).toBe(first.maxValue);
    expect(first.neuron.maxActApprox).toBeGreaterThan(0);

    const sortIndexes = [2, 5];
    const summed = await post("/search-all", { sourceSet: name, text, sortIndexes, numResults: 4 });
    const bySum = [...indices].sort((a, b) => sumAt(b, sortIndexes) - sumAt(a, sortIndexes));
    expect(summed.result.map((one: { index: string }) => one.index)).toEqual(bySum.slice(0, 4));

    const body = { source: name, text, numResults: 2, densityThreshold: -1 };
    const { results } = await post("/search-topk-by-token", body);
    expect(results).toHaveLength(tokens.length);
    for (const { position, token, topFeatures } of results) {
      expect(token).toBe(tokens[position]);
      const here = [...indices].sort((a, b) => sumAt(b, [position]) - sumAt(a, [position]));
      const active = here.filter((index) => sumAt(index, [position]) > 0).slice(0, 2);
      expect(topFeatures.map((one: { featureIndex: number }) => String(one.featureIndex))).toEqual(
        active,
      );
      for (const one of topFeatures)
        expect(one.activationValue).toBe(sumAt(String(one.featureIndex), [position]));
    }
    const sparse = await post("/search-topk-by-token", { ...body, densityThreshold: 1e-9 });
    expect(sparse.results.flatMap((one: { topFeatures: [] }) => one.topFeatures)).toEqual([]);
  });

  test("follow one feature along texts, with or without the token that opens them", async () => {
    const { feature: index } = await topOf(0);
    const feature = { modelId: model, source: name, index: String(index) };
    const tried = await tryFeature(null, { model, slug: name, index }, text);
    const along = await post("/activation/new", { feature, customText: text });
    expect(along).toMatchObject({ tokens: tried?.tokens, values: tried?.activations });
    const two = await post("/activation/new", {
      feature,
      customText: [text, "a"],
      ignoreBos: true,
    });
    expect(two).toHaveLength(2);
    expect(two[0].tokens).toEqual(tried?.tokens.slice(1));
    expect(two[0].values).toEqual(tried?.activations.slice(1));
  });
});

describe("a text is refused", () => {
  test("when its model is not installed, with what brings it", async () => {
    await ingest(await tinyBundle());
    const response = await asking("a", { model: "tiny", name: "res1-2x-topk2" });
    expect(response.status).toBe(503);
    expect(await messageOf(response)).toMatch(
      /tiny is not installed .* copy its folder to .*models\/tiny/,
    );
  });

  test("when the model that is installed has other weights", async () => {
    const other = join(data, "other");
    await cp(bundle, other, { recursive: true });
    await rm(join(other, "manifest.json"));
    const of = { ...manifest.provenance.model, id: "other", weights_sha256: "0".repeat(64) };
    await sealBundle(other, {
      model_id: "other",
      name,
      provenance: { ...manifest.provenance, model: of },
    });
    await ingest(other);
    await mkdir(join(data, "models"), { recursive: true });
    await cp(embedded, join(data, "models", "other"), { recursive: true });
    const response = await asking("a", { model: "other", name });
    expect(response.status).toBe(503);
    expect(await messageOf(response)).toContain("another set of weights");
  });

  test.each([
    ["empty", "", 400, "text"],
    ["with a NUL", "a\0b", 400, "NUL"],
    ["of a million characters", "a".repeat(1e6), 413, "larger than"],
    ["of more characters than tokens can be", "a".repeat(20_001), 400, "20000"],
    ["longer than the model sees", "dog ".repeat(300), 422, "expected at most 255"],
  ])("when it is %s", async (_, text, status, said) => {
    const response = await asking(text);
    expect(response.status).toBe(status);
    expect(await messageOf(response)).toContain(said);
  });

  test("when there is no such dictionary, or no JSON", async () => {
    expect((await asking("a", { model, name: "nowhere" })).status).toBe(404);
    expect((await ask("a")).status).toBe(400);
  });
});

test("half a character and the token that opens documents are text like any other", async () => {
  const response = await asking("a \ud800 b <|endoftext|>c");
  const { tokens, dictionaries } = await response.json();
  expect(tokens.join("")).toContain("\ufffd");
  const at = tokens.lastIndexOf("<|endoftext|>");
  expect(at).toBeGreaterThan(1);
  expect(dictionaries[0].counted[at]).toBe(false);
});

/** Other engines and other batches round otherwise. */
function expectNear(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries())
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-4);
}
