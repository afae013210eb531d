import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { neuronpediaOperations } from "../server/api/neuronpedia-operations.ts";
import { openDiscussion } from "../server/changes/discussions.ts";
import { addLabel } from "../server/changes/labels.ts";
import { createList } from "../server/changes/lists.ts";
import { closeDb, db } from "../server/db.ts";
import { featureAnswer } from "../server/neuronpedia/answers.ts";
import { findRevision } from "../server/queries/dictionaries.ts";
import { getFeature } from "../server/queries/features.ts";
import { ingest, localOwner, tinyBundle } from "./hub.ts";
import { callOperation } from "./routes-called.ts";

/* Neuronpedia's addresses: the keys that its own answer has, and what stands under them. */

const slug = "res1-2x-topk2";
const local = { host: "127.0.0.1" };

beforeAll(async () => {
  await ingest(await tinyBundle());
  await ingest(await tinyBundle({ name: "emb-2x-topk2", hook_name: "hook_embed", seed: 3 }));
  const found = await findRevision(null, "tiny", slug);
  if (!found) throw new Error("it is not there");
  await addLabel(localOwner, found, 2, "dogs that run");
  await openDiscussion(localOwner, { title: "What is this?", body: `See /tiny/${slug}/2` }, "hub");
  const feature = { model: "tiny", dictionary: slug, index: 2 };
  await createList(localOwner, { title: "All", description: "", visibility: "public", feature });
});
afterAll(closeDb);

const path = (layer: string, index: string) => ({ model: "tiny", layer, index });
const get = (named: ReturnType<typeof path>, headers: Record<string, string> = {}) =>
  callOperation({ root: "/api", method: "get", path: "/feature/{model}/{layer}/{index}" }, named, {
    headers,
  });
const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const operation = neuronpediaOperations.find((one) => one.path === path);
  if (!operation) throw new Error(path);
  const response = await callOperation(operation, {}, { headers, body: JSON.stringify(body) });
  const json = await response.json();
  if (response.status === 200)
    expect(operation.answer?.safeParse(json)).toMatchObject({ success: true });
  return { status: response.status, headers: response.headers, json };
};

/** Keys as the real system answered them: of the feature, and of what lies within it. */
const keys = {
  feature: `modelId layer index sourceSetName creatorId createdAt maxActApprox hasVector vector vectorLabel
    vectorDefaultSteerStrength hookName topkCosSimIndices topkCosSimValues neuron_alignment_indices
    neuron_alignment_values neuron_alignment_l1 correlated_neurons_indices correlated_neurons_pearson
    correlated_neurons_l1 correlated_features_indices correlated_features_pearson correlated_features_l1 neg_str
    neg_values pos_str pos_values frac_nonzero freq_hist_data_bar_heights freq_hist_data_bar_values
    logits_hist_data_bar_heights logits_hist_data_bar_values decoder_weights_dist umap_cluster
    umap_log_feature_sparsity umap_x umap_y model source sourceSet creator lists comments activations explanations`,
  activation: `id tokens dataIndex index layer modelId dataSource maxValue maxValueTokenIndex minValue values dfaValues
    dfaTargetIndex dfaMaxValue zQIndices zKIndices zValues creatorId createdAt lossValues logitContributions binMin
    binMax binContains qualifyingTokenIndex`,
  explanation: "id description explanationModelName typeName scores triggeredByUser",
  source: `saelensConfig saelensRelease saelensSaeId hfRepoId hfFolderId num_prompts num_tokens_in_prompt dataset`,
};
const listOf = (text: string) => text.split(/\s+/).sort();

describe("a feature", () => {
  test("has every key of the original, with values of its type", async () => {
    const response = await get(path(slug, "2"));
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const feature = await response.json();
    expect(Object.keys(feature).sort()).toEqual(listOf(keys.feature));
    expect(featureAnswer.safeParse(feature)).toMatchObject({ success: true });
    expect(Object.keys(feature.activations[0]).sort()).toEqual(listOf(keys.activation));
    expect(Object.keys(feature.explanations[0]).sort()).toEqual(listOf(keys.explanation));
    expect(Object.keys(feature.source)).toEqual(expect.arrayContaining(listOf(keys.source)));
    expect(feature).toMatchObject({
      modelId: "tiny",
      layer: `1-${slug}`,
      sourceSetName: slug,
      index: "2",
      hookName: "blocks.1.hook_resid_post",
      model: { id: "tiny", layers: expect.any(Number) },
      source: { id: `1-${slug}`, setName: slug, saelensConfig: { d_sae: 8 } },
      sourceSet: { name: slug },
      creator: { name: "local owner" },
      explanations: [{ description: "dogs that run", triggeredByUser: { name: "local owner" } }],
      lists: [{ listId: expect.any(String), list: { name: "All" } }],
      comments: [{ text: `See /tiny/${slug}/2`, user: { name: "local owner" } }],
    });
  });

  test("says of its figures and examples what the hub's own answer says", async () => {
    const feature = await (await get(path(slug, "2"))).json();
    const own = await getFeature(null, "tiny", slug, 2);
    if (!own) throw new Error("it is not there");
    const { record, intervals, top_logits, bottom_logits } = own;
    expect(feature).toMatchObject({
      frac_nonzero: record.density,
      maxActApprox: record.max_activation,
      pos_str: top_logits.map(({ token }) => token),
      pos_values: [0.5, 0.25],
      neg_str: bottom_logits.map(({ token }) => token),
      neg_values: [-0.5, -0.25],
      topkCosSimIndices: record.nearest_features,
      umap_x: record.umap_x,
      freq_hist_data_bar_heights: [4, 3, 1, 1],
      freq_hist_data_bar_values: [0.5, 1.5, 2.5, 3.5], // middles of four parts of (0, 4]
      logits_hist_data_bar_heights: [3, 8, 6],
    });
    expect(10 ** feature.umap_log_feature_sparsity).toBeCloseTo(record.density, 6);
    const all = new Map(
      intervals.flatMap(({ interval, examples, min, max, share }) =>
        examples.map((example, rank) => [
          `tiny/1-${slug}/2/${interval}/${rank}`,
          {
            tokens: example.tokens,
            values: example.activations,
            qualifyingTokenIndex: example.position - example.window_start,
            binMin: interval === 0 ? -1 : min,
            binMax: max,
            binContains: share ?? -1,
            maxValue: Math.max(...example.activations),
          },
        ]),
      ),
    );
    expect(feature.activations).toHaveLength(all.size);
    for (const activation of feature.activations) {
      const { id, values, maxValueTokenIndex, maxValue } = activation;
      expect(activation).toMatchObject(all.get(id) ?? { id: "another" });
      expect(values[maxValueTokenIndex]).toBe(maxValue);
    }
    const largest = feature.activations.map((one: { maxValue: number }) => one.maxValue);
    expect(largest).toEqual([...largest].sort((a, b) => b - a));
  });

  test.each([
    [`1-${slug}`, 200],
    [slug, 200],
    ["e-emb-2x-topk2", 200],
    [`2-${slug}`, 404],
    [`e-${slug}`, 404],
    ["1-emb-2x-topk2", 404],
    ["nowhere", 404],
    ["a\0b", 404],
  ])("of the source %j is answered with %i", async (layer, status) => {
    const response = await get(path(layer, "2"));
    expect(response.status).toBe(status);
    if (status === 404) expect(await response.json()).toMatchObject({ error: "Feature Not Found" });
  });

  test.each(["8", "-1", "2.5", "x", "99999999999"])("of index %s is not there", async (index) => {
    expect((await get(path(slug, index))).status).toBe(404);
  });

  test("that never fires has its keys and no examples", async () => {
    const dead = await (await get(path(slug, "3"))).json();
    expect(Object.keys(dead).sort()).toEqual(listOf(keys.feature));
    expect(dead).toMatchObject({ activations: [], frac_nonzero: 0, maxActApprox: 0 });
    const at = { modelId: "tiny", source: slug, index: "3" };
    expect(await post("/activation/get", at)).toMatchObject({ status: 404 });
    const alive = await post("/activation/get", { ...at, index: 2 });
    expect(alive.json).toEqual((await (await get(path(slug, "2"))).json()).activations);
  });
});

describe("who asks", () => {
  const hide = (visibility: "public" | "private") =>
    db().dictionary.updateMany({ where: { slug }, data: { visibility } });

  test("from another site's page is nobody, though the owner sits before it", async () => {
    await hide("private");
    const other = { ...local, origin: "https://evil.example" };
    expect((await get(path(slug, "2"), local)).status).toBe(200);
    expect((await get(path(slug, "2"), other)).status).toBe(404);
    expect((await get(path(slug, "2"), { ...local, "sec-fetch-site": "cross-site" })).status).toBe(
      404,
    );
    const words = { query: "dogs" };
    expect((await post("/explanation/search-all", words, local)).json.resultsCount).toBe(1);
    expect((await post("/explanation/search-all", words, other)).json.resultsCount).toBe(0);
    await hide("public");
  });

  test("with a key that is no token of the hub's is told so", async () => {
    const refused = await get(path(slug, "2"), { "x-api-key": "sk-of-somewhere-else" });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining("token") });
  });

  test("too often is told the limit", async () => {
    await db().rateLimit.create({
      data: { key: "try from unknown", count: 10 ** 6, since: new Date() },
    });
    const body = { modelId: "tiny", source: slug, text: "dog" };
    const refused = await post("/search-topk-by-token", body);
    await db().rateLimit.deleteMany();
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({
      endpoint: "/api/search-topk-by-token",
      limitPerWindow: 120,
      requestWindow: "1 m",
      remainingRequests: 0,
      error: expect.stringContaining("too many requests"),
    });
    expect(refused.headers.get("x-limit-remaining")).toBe("0");
  });

  test("before a page's request is told that it may", async () => {
    const { OPTIONS } = await import("../app/api/search-all/route.ts");
    const response = OPTIONS();
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("x-api-key");
  });
});

describe("a search", () => {
  test.each([
    ["/explanation/search-all", {}, 1],
    ["/explanation/search-model", { modelId: "tiny" }, 1],
    ["/explanation/search-model", { modelId: "huge" }, 0],
    ["/explanation/search-release", { releaseName: slug }, 1],
    ["/explanation/search-release", { releaseName: "emb-2x-topk2" }, 0],
    ["/explanation/search", { modelId: "tiny", layers: [`1-${slug}`] }, 1],
    ["/explanation/search", { modelId: "tiny", layers: ["emb-2x-topk2"] }, 0],
  ])("for labels at %s with %o finds %i", async (path, where, found) => {
    const { json } = await post(path, { ...where, query: "running dogs" });
    expect(json).toMatchObject({ resultsCount: found, hasMore: false });
    expect(json.request).toEqual({ ...where, query: "running dogs", offset: 0 });
    if (found === 0) return;
    const [result] = json.results;
    expect(result).toMatchObject({ layer: `1-${slug}`, index: "2", description: "dogs that run" });
    expect(result.neuron.activations).toHaveLength(3);
    expect((await post(path, { ...where, query: "running dogs", offset: 1 })).json.results).toEqual(
      [],
    );
  });

  test("for what is nearest in another source has the cosines of the decoders' rows", async () => {
    const at = { modelId: "tiny", source: slug, index: 2 };
    const own = await post("/cossim", { ...at, targetModelId: "tiny", targetSourceId: slug });
    const [self, ...others] = own.json.topkDecoderCossimFeatures;
    expect(self).toEqual({
      feature: { model: "tiny", source: `1-${slug}`, index: 2 },
      cosineSimilarity: expect.closeTo(1, 6),
    });
    expect(others).toHaveLength(7);
    const there = { targetModelId: "tiny", targetSourceId: "e-emb-2x-topk2" };
    const other = (await post("/cossim", { ...at, ...there })).json.topkDecoderCossimFeatures;
    const cosines = other.map((one: { cosineSimilarity: number }) => one.cosineSimilarity);
    expect(cosines).toEqual([...cosines].sort((a, b) => b - a));
    expect(cosines[0]).toBeLessThan(1);
    expect((await post("/cossim", { ...at, ...there, index: 8 })).status).toBe(404);
  });

  test("for places has those of the features with labels, by source as it was named", async () => {
    const layers = [slug, "e-emb-2x-topk2"];
    const { json } = await post("/umap", { modelId: "tiny", layers });
    expect(Object.keys(json)).toEqual(layers);
    const feature = await (await get(path(slug, "2"))).json();
    const [umap_x, umap_y] = [feature.umap_x, feature.umap_y].map((at) => expect.closeTo(at, 6));
    expect(json[slug]).toMatchObject([
      { index: "2", description: "dogs that run", umap_x, umap_y },
    ]);
    expect(json[slug][0].umap_log_feature_sparsity).toBeCloseTo(
      feature.umap_log_feature_sparsity,
      5,
    );
    expect(json["e-emb-2x-topk2"]).toEqual([]);
  });

  test.each([
    ["/search-all", { modelId: "tiny", sourceSet: "nowhere", text: "a" }, 404, "nowhere"],
    ["/search-all", { modelId: "tiny", sourceSet: slug, text: "" }, 400, "text"],
    ["/search-all", { modelId: "tiny", sourceSet: slug, text: "a", numResults: 101 }, 400, "100"],
    [
      "/search-all",
      { modelId: "tiny", sourceSet: slug, text: "a", densityThreshold: 2 },
      400,
      "densityThreshold",
    ],
    ["/search-all", { modelId: "tiny", sourceSet: slug, text: "a" }, 503, "not installed"],
    [
      "/search-topk-by-token",
      { modelId: "tiny", source: slug, text: "a", numResults: 21 },
      400,
      "20",
    ],
    ["/explanation/search", { modelId: "tiny", layers: [], query: "dogs" }, 400, "layers"],
    ["/explanation/search-all", { query: "do" }, 400, "query"],
    ["/activation/new", { feature: {}, customText: "a" }, 400, "modelId"],
    ["/umap", { modelId: "tiny", layers: ["nowhere"] }, 404, "nowhere"],
  ])("%s with %o is refused with %i", async (path, body, status, said) => {
    const refused = await post(path, body);
    expect(refused.status).toBe(status);
    expect(refused.json).toEqual({ error: refused.json.message, message: refused.json.error });
    expect(refused.json.error).toContain(said);
  });
});
