import { join } from "node:path";
import { type FeatureRecord, tables } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATCH } from "../app/api/v1/dictionaries/[model]/[dictionary]/route.ts";
import { MOST_WRITTEN } from "../lib/written.ts";
import { changeDictionary } from "../server/changes/dictionary.ts";
import { closeDb, db } from "../server/db.ts";
import { getDictionary, listDictionaries } from "../server/queries/dictionaries.ts";
import { getModel } from "../server/queries/models.ts";
import { ingest, tinyBundle } from "./hub.ts";

const slug = "res1-2x-topk2";
let dir: string;

beforeAll(async () => {
  dir = await tinyBundle();
  await ingest(dir);
});
afterAll(closeDb);

describe("the histograms of a dictionary's features", () => {
  const histograms = async () => (await getDictionary(null, "tiny", slug))?.histograms;

  async function features(): Promise<FeatureRecord[]> {
    const all: FeatureRecord[] = [];
    for await (const block of readTable(join(dir, "features.parquet"), tables.features))
      all.push(...block);
    return all;
  }

  test("count every feature in the bin that its value lies in", async () => {
    const found = await histograms();
    const stored = await features();
    for (const [name, values] of [
      ["decoder_norm", stored.map((one) => one.decoder_norm)],
      ["nearest_cosine", stored.map((one) => one.nearest_cosines[0] as number)],
    ] as const) {
      const { min, max, counts } = found?.[name] ?? { min: 0, max: 0, counts: [] };
      const width = (max - min) / counts.length;
      const byHand = counts.map((_, bin) => {
        const [from, to] = [min + bin * width, min + (bin + 1) * width];
        if (width === 0) return bin === 0 ? values.length : 0; // of a tiny bundle all norms are one
        const isLast = bin === counts.length - 1;
        return values.filter((v) => v >= from && (v < to || (isLast && v <= max))).length;
      });
      expect(counts).toEqual(byHand);
      expect(counts.reduce((sum, count) => sum + count)).toBe(stored.length);
    }
  });

  test("run over what the values can be, or are", async () => {
    const norms = (await features()).map((one) => one.decoder_norm);
    const { decoder_norm, nearest_cosine } = (await histograms()) ?? {};
    expect(decoder_norm).toMatchObject({ min: Math.min(...norms), max: Math.max(...norms) });
    expect([-1, 0]).toContain(nearest_cosine?.min);
    expect(nearest_cosine?.max).toBe(1);
  });

  test("of a revision from before they were counted are counted once, when first asked for", async () => {
    const counted = await histograms();
    await db().$executeRaw`UPDATE revision SET histograms = NULL`;
    expect(await histograms()).toEqual(counted);
    expect((await db().revision.findFirstOrThrow()).histograms).toEqual(counted);
  });
});

test("a list says of a dictionary what its manifest says, its defaults too", async () => {
  const [summary] = await listDictionaries(null);
  const { manifest, owner, revision } = (await getDictionary(null, "tiny", slug)) ?? {};
  const { hook_name, architecture, d_in, d_sae, k } = manifest?.sae ?? {};
  expect(summary).toMatchObject({
    model: "tiny",
    slug,
    owner,
    revision,
    metrics: manifest?.metrics,
  });
  expect(summary).toMatchObject({ hook_name, architecture, d_in, d_sae, k, layer: 1 });
  expect(summary).toMatchObject({ owner: "local owner", hook_name_out: null });
});

test("a model is what its bundles say of it", async () => {
  const provenance = (await getDictionary(null, "tiny", slug))?.manifest.provenance;
  const { weights_sha256, source, commit, n_layers } = provenance?.model ?? {};
  expect(await getModel(null, "tiny")).toMatchObject({
    dictionaries: 1,
    n_layers,
    weights_sha256,
    tokenizer_sha256: provenance?.tokenizer_sha256,
    source,
    commit,
    given: provenance?.config.model ?? null,
  });
});

describe("what its owner writes of a dictionary", () => {
  async function change(body: object, host = "127.0.0.1:3000") {
    const request = new Request(`http://hub/api/v1/dictionaries/tiny/${slug}`, {
      method: "PATCH",
      headers: { host },
      body: JSON.stringify(body),
    });
    const named = { params: Promise.resolve({ model: "tiny", dictionary: slug }) };
    const response = await PATCH(request, named);
    return { status: response.status, body: await response.json() };
  }
  const said = async () => {
    const { description, licence } = (await getDictionary(null, "tiny", slug)) ?? {};
    return { description, licence };
  };

  test("is nothing before they do", async () => {
    expect(await said()).toEqual({ description: "", licence: null });
  });

  test("is kept as written, each part by itself", async () => {
    await change({ description: "  **Made** for tests.\n" });
    await change({ licence: "CC-BY-4.0" });
    expect(await said()).toEqual({ description: "**Made** for tests.", licence: "CC-BY-4.0" });
    expect(await change({ licence: "" })).toMatchObject({ status: 200, body: { licence: null } });
    expect((await said()).description).toBe("**Made** for tests.");
  });

  test.each([
    ["longer than anybody writes", { description: "x".repeat(MOST_WRITTEN + 1) }, "description"],
    ["no text", { description: 3 }, "description"],
    ["a licence of no list", { licence: "mine" }, "licence"],
    ["of something else", { slug: "other" }, "slug"],
    ["with a NUL", { description: "a\0b" }, "NUL"],
  ])("is refused when it is %s, with a sentence that names it", async (_, body, name) => {
    const before = await said();
    const answer = await change(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(name);
    expect(await said()).toEqual(before);
  });

  test("is refused to whoever the hub does not know", async () => {
    expect(await change({ description: "mine" }, "hub.example")).toMatchObject({ status: 403 });
    expect((await said()).description).toBe("**Made** for tests.");
  });

  test("is refused to another member", async () => {
    const bob = { id: "bob", name: "bob", role: "member" } as const;
    const refused = changeDictionary(bob, "tiny", slug, { description: "bob's" });
    await expect(refused).rejects.toMatchObject({ status: 403 });
    expect((await said()).description).toBe("**Made** for tests.");
  });

  test("is still there after an upload of another revision", async () => {
    await ingest(await tinyBundle({ seed: 5 }));
    expect((await said()).description).toBe("**Made** for tests.");
  });
});
