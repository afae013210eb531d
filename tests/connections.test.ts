import type { Manifest } from "trainer/bundle";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { getConnectionGraph } from "../server/queries/connection-graph.ts";
import { getFeature } from "../server/queries/features.ts";
import type { TinyBundleOptions } from "../trainer/fixtures/tiny-bundle.ts";
import { ingest, tinyBundle } from "./hub.ts";

const hook = (layer: number) => `blocks.${layer}.hook_resid_post`;

/** Takes in a tiny dictionary of a layer, named after it, and answers how others name it as their source. */
async function takeIn(layer: number, options: TinyBundleOptions = {}) {
  const about = { name: `res${layer}`, hook_name: hook(layer) };
  const dir = await tinyBundle({ ...about, seed: layer, ...options });
  const manifest: Manifest = await verifyBundle(dir);
  const { revision } = await ingest(dir);
  const weights_sha256 = manifest.files["sae_weights.safetensors"]?.sha256 as string;
  return { ...about, revision, weights_sha256, d_sae: 8 };
}
type Taken = Awaited<ReturnType<typeof takeIn>>;

const from = ({ revision: _, ...source }: Taken, weights: Record<number, number>[]) => ({
  ...source,
  weights,
});
const row = (feature: number, weights: Record<number, number>) =>
  Array.from({ length: feature + 1 }, (_, f) => (f === feature ? weights : {}));

/** res0: 1, 4 → res1: 2 → res2: 5 and 6; and res2: 5 is built from a feature of what this hub never had. */
let [first, second]: Taken[] = [];
beforeAll(async () => {
  first = await takeIn(0);
  second = await takeIn(1, { sources: [from(first, row(2, { 1: 0.5, 4: -0.75 }))] });
  const stranger = { ...second, name: "stranger" };
  const weights: Record<number, number>[] = [{}, {}, {}, {}, {}, { 2: 0.25 }, { 2: -2 }];
  await takeIn(2, { sources: [from(second, weights), from(stranger, row(5, { 7: 1 }))] });
});
afterAll(closeDb);

const connectionsOf = async (name: string, index: number, revision?: string) =>
  (await getFeature(null, "tiny", name, index, revision))?.connections;

test("a feature lists what it is built from, the strongest first, with its top tokens", async () => {
  const found = await connectionsOf("res1", 2);
  const tokens = await Promise.all(
    [4, 1].map(async (index) => {
      const [top] = (await getFeature(null, "tiny", "res0", index))?.intervals[0]?.examples ?? [];
      return top?.tokens[top.position - top.window_start];
    }),
  );
  expect(found?.built_from).toEqual([
    {
      dictionary: { slug: "res0", hook_name: hook(0), state: "same", revision: null },
      variance_explained: 0.75,
      variance_explained_relu: null,
      features: [
        { index: 4, top_token: tokens[0], weight: -0.75, relu_weight: null },
        { index: 1, top_token: tokens[1], weight: 0.5, relu_weight: null },
      ],
    },
  ]);
});

test("and what it feeds, by the size of the weight", async () => {
  const feeds = (await connectionsOf("res1", 2))?.feeds;
  expect(feeds).toMatchObject([
    { dictionary: { slug: "res2", hook_name: hook(2), state: "same" } },
  ]);
  expect(feeds?.[0]?.features.map(({ index, weight }) => [index, weight])).toEqual([
    [6, -2],
    [5, 0.25],
  ]);
  expect((await connectionsOf("res0", 1))?.feeds[0]?.features).toMatchObject([{ index: 2 }]);
});

test("what feeds nothing lists nothing, and a source that is not on this hub says so", async () => {
  expect(await connectionsOf("res0", 0)).toEqual({ built_from: [], feeds: [] });
  const built = (await connectionsOf("res2", 5))?.built_from;
  expect(built?.map(({ dictionary }) => [dictionary.slug, dictionary.state])).toEqual([
    ["res1", "same"],
    ["stranger", "missing"],
  ]);
  expect(built?.[1]?.features).toMatchObject([{ index: 7, top_token: null, weight: 1 }]);
});

test("a graph goes two steps each way and no further", async () => {
  const graph = await getConnectionGraph(null, "tiny", "res1", 2);
  expect(graph?.nodes.map(({ key, hop }) => [key, hop])).toEqual([
    ["res1/2", 0],
    ["res0/4", -1],
    ["res0/1", -1],
    ["res2/6", 1],
    ["res2/5", 1],
  ]);
  expect(graph?.links).toContainEqual({ from: "res0/4", to: "res1/2", weight: -0.75 });
  expect(graph?.links).toContainEqual({ from: "res1/2", to: "res2/6", weight: -2 });

  const ofFirst = await getConnectionGraph(null, "tiny", "res0", 1);
  expect(ofFirst?.nodes.map(({ key, hop }) => [key, hop])).toEqual([
    ["res0/1", 0],
    ["res1/2", 1],
    ["res2/6", 2],
    ["res2/5", 2],
  ]);
  const ofLast = await getConnectionGraph(null, "tiny", "res2", 6);
  expect(ofLast?.nodes.map(({ key, hop }) => [key, hop])).toEqual([
    ["res2/6", 0],
    ["res1/2", -1],
    ["res0/4", -2],
    ["res0/1", -2],
  ]);
  expect(await getConnectionGraph(null, "tiny", "res0", 0)).toBeNull();
});

// the rest changes what is newest, and so comes last

test("a source with the same weights in an older revision is pinned there", async () => {
  await takeIn(0, { seed: 77 });
  const [built] = (await connectionsOf("res1", 2))?.built_from ?? [];
  expect(built?.dictionary).toMatchObject({ state: "same", revision: first?.revision });
  // seen from the newer one, whose features may be others
  expect((await connectionsOf("res0", 1))?.feeds[0]?.dictionary.state).toBe("other_weights");
  expect((await connectionsOf("res0", 1, first?.revision))?.feeds[0]?.dictionary.state).toBe(
    "same",
  );
});

test("only the newest revision of what was connected counts", async () => {
  await takeIn(2, { seed: 5 });
  expect((await connectionsOf("res1", 2))?.feeds).toEqual([]);
});

test("a name with other weights alone is linked, and says so", async () => {
  const other = { ...(second as Taken), weights_sha256: "f".repeat(64) };
  await takeIn(3, { sources: [from(other, row(1, { 2: 1 }))] });
  const [built] = (await connectionsOf("res3", 1))?.built_from ?? [];
  expect(built?.dictionary).toMatchObject({ slug: "res1", state: "other_weights" });
});
