import { createHash } from "node:crypto";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar-stream";
import { featureRecord, manifest, tables } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureQuery } from "../lib/feature-query.ts";
import { closeDb, pool } from "../server/db.ts";
import { type Ingested, ingestBundle } from "../server/ingest/ingest.ts";
import { getDictionary, listDictionaries } from "../server/queries/dictionaries.ts";
import { listFeatures } from "../server/queries/feature-table.ts";
import { getFeature } from "../server/queries/features.ts";
import { getModel, listModels } from "../server/queries/models.ts";
import { storage } from "../server/storage.ts";
import { everythingKept, ingest, tinyBundle } from "./hub.ts";

const name = "res1-2x-topk2";
let dir: string;
let ingested: Ingested;

beforeAll(async () => {
  dir = await tinyBundle();
  ingested = await ingest(dir);
});
afterAll(closeDb);

const list = (query: Record<string, unknown> = {}) =>
  listFeatures(null, "tiny", name, featureQuery.parse(query));

async function all<Row>(table: Parameters<typeof readTable<Row>>[1]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readTable(join(dir, table.file), table)) rows.push(...block);
  return rows;
}

describe("a bundle that was taken in", () => {
  test("is at the address that its manifest names", async () => {
    const sha256 = createHash("sha256").update(await readFile(join(dir, "manifest.json")));
    expect(ingested).toEqual({
      model: "tiny",
      dictionary: name,
      revision: sha256.digest("hex"),
      isNew: true,
    });
  });

  test("shows its model and its dictionary", async () => {
    const model = { slug: "tiny", n_layers: 2, d_model: 4, d_vocab: 17, dictionaries: 1 };
    expect(await listModels(null)).toEqual([model]);
    expect(await getModel(null, "tiny")).toMatchObject(model);
    const dictionary = await getDictionary(null, "tiny", name);
    expect(dictionary).toMatchObject({ layer: 1, d_in: 4, d_sae: 8, k: 2, alive: 7 });
    expect(dictionary?.manifest).toEqual(
      manifest.parse(JSON.parse(await readFile(join(dir, "manifest.json"), "utf8"))),
    );
    expect(dictionary?.training.map((line) => line.step)).toEqual([1, 2, 3]);
    expect(dictionary?.revisions).toMatchObject([{ revision: ingested.revision, newest: true }]);
    expect(dictionary?.suggested_feature).toBe(7); // all have density 0.1; 7 is the strongest
    expect(await listDictionaries(null, { model: "tiny" })).toMatchObject([{ slug: name }]);
    expect(await listDictionaries(null, { model: "other" })).toEqual([]);
  });

  test("shows every feature's record as the trainer wrote it", async () => {
    for (const record of await all(tables.features)) {
      const feature = await getFeature(null, "tiny", name, record.index);
      expect(featureRecord.parse(feature?.record)).toEqual(record);
      expect(feature?.previous).toBe(record.index === 0 ? null : record.index - 1);
      expect(feature?.next).toBe(record.index === 7 ? null : record.index + 1);
      expect(feature?.top_logits).toEqual([
        { token: "Once", value: 0.5 },
        { token: " upon", value: 0.25 },
      ]);
    }
  });

  test("shows every example with the text that it was taken from", async () => {
    const words = ["<|endoftext|>", "Once", " upon", " a", " time"];
    const contexts = new Map((await all(tables.contexts)).map((row) => [row.context, row.tokens]));
    const examples = await all(tables.examples);
    let shown = 0;
    for (let index = 0; index < 8; index++) {
      const feature = await getFeature(null, "tiny", name, index);
      for (const interval of feature?.intervals ?? [])
        for (const [rank, view] of interval.examples.entries()) {
          const stored = examples[shown++];
          expect(stored).toMatchObject({ feature: index, interval: interval.interval, rank });
          expect(view.activations).toEqual(stored?.activations);
          expect([interval.min, interval.max, interval.share]).toEqual([
            stored?.interval_min,
            stored?.interval_max,
            stored?.interval_share,
          ]);
          const ids = contexts.get(view.context)?.slice(view.window_start) ?? [];
          expect(view.tokens).toHaveLength(view.activations.length);
          view.tokens.forEach((token, i) => {
            const known = words[ids[i] as number];
            if (known !== undefined) expect(token).toBe(known);
          });
        }
    }
    expect(shown).toBe(examples.length);
  });

  test("has no feature outside it", async () => {
    for (const index of [-1, 8, 0.5, Number.NaN])
      expect(await getFeature(null, "tiny", name, index)).toBeNull();
    expect(await getFeature(null, "tiny", "other", 0)).toBeNull();
    expect(await getFeature(null, "other", name, 0)).toBeNull();
    expect(await getFeature(null, "tiny", name, 0, "0".repeat(64))).toBeNull();
  });

  test("is stored as one tar, in which every file lies where its row says", async () => {
    const stored = storage().read(`bundles/${ingested.revision}.tar`);
    const names: string[] = [];
    for await (const entry of stored.pipe(extract())) {
      names.push(entry.header.name);
      entry.resume();
    }
    const { rows } = await pool().query(`SELECT name, bytes, sha256, "offset" FROM revision_file`);
    expect(names.sort()).toEqual(rows.map((row) => `${name}/${row.name}`).sort());
    for (const row of rows) {
      const range = { start: Number(row.offset), end: Number(row.offset) + Number(row.bytes) };
      const hash = createHash("sha256");
      for await (const chunk of storage().read(`bundles/${ingested.revision}.tar`, range))
        hash.update(chunk);
      expect(hash.digest("hex")).toBe(row.sha256);
    }
    const { rows: sizes } = await pool().query("SELECT bundle_bytes FROM revision");
    expect(await storage().size(`bundles/${ingested.revision}.tar`)).toBe(
      Number(sizes[0].bundle_bytes),
    );
  });
});

describe("the feature table", () => {
  test.each([
    [{}, [0, 1, 2, 3, 4, 5, 6, 7]],
    [{ order: "desc" }, [7, 6, 5, 4, 3, 2, 1, 0]],
    [{ sort: "max_activation" }, [3, 0, 1, 2, 4, 5, 6, 7]],
    [{ sort: "density", per_page: 3 }, [3, 0, 1]],
    [{ per_page: 3, page: 3 }, [6, 7]],
    [{ per_page: 3, page: 4 }, []],
    [{ state: "dead" }, [3]],
    [{ state: "alive" }, [0, 1, 2, 4, 5, 6, 7]],
    [{ density_min: 0.05 }, [0, 1, 2, 4, 5, 6, 7]],
    [{ density_max: 0.05 }, [3]],
    [{ search: "6" }, [6]],
    [{ search: "no such token" }, []],
  ])("for %o lists %o", async (query, indexes) => {
    const table = await list(query);
    expect(table?.rows.map((row) => row.index)).toEqual(indexes);
  });

  test("counts what the page leaves out", async () => {
    expect((await list({ per_page: 2 }))?.total).toBe(8);
    expect((await list({ per_page: 2, state: "alive" }))?.total).toBe(7);
  });

  test("finds features by their top token in either case", async () => {
    const table = await list();
    const [first] = table?.rows ?? [];
    const search = first?.top_token?.trim().toUpperCase() ?? "";
    const found = await list({ search });
    expect(found?.rows.map((row) => row.index)).toEqual(
      table?.rows
        .filter((row) => row.top_token?.toUpperCase().includes(search))
        .map((row) => row.index),
    );
  });

  test("shows a feature's top token and what it promotes", async () => {
    const examples = await all(tables.examples);
    const top = examples.find((example) => example.feature === 2);
    const view = (await getFeature(null, "tiny", name, 2))?.intervals[0]?.examples[0];
    const row = (await list())?.rows[2];
    expect(row?.top_token).toBe(view?.tokens[(top?.position ?? 0) - (top?.window_start ?? 0)]);
    expect(row?.promoted).toEqual(["Once", " upon"]);
    expect((await list())?.rows[3]?.top_token).toBeNull(); // it is dead
  });

  test("of no dictionary is nothing", async () => {
    expect(await listFeatures(null, "tiny", "other", featureQuery.parse({}))).toBeNull();
  });
});

describe("taking in", () => {
  test("the same bundle again changes nothing and answers the same address", async () => {
    const before = await everythingKept();
    expect(await ingest(dir)).toEqual({ ...ingested, isNew: false });
    expect(await everythingKept()).toEqual(before);
  });

  test("the same bundle twice at once takes it in once", async () => {
    const twin = await tinyBundle({ name: "twin" });
    const both = await Promise.all([ingest(twin), ingest(twin)]);
    expect(both.map((one) => one.isNew).sort()).toEqual([false, true]);
  });

  test("several bundles at once takes in all of them", async () => {
    const names = ["one", "two", "three", "four"];
    await Promise.all(names.map(async (one) => ingest(await tinyBundle({ name: one }))));
    for (const one of names) expect((await getFeature(null, "tiny", one, 5))?.record.index).toBe(5);
  });

  test("a bundle that names its parent leads to it where the hub has it", async () => {
    const address = { model: "tiny", slug: name, revision: ingested.revision };
    const parents = { known: ingested.revision, unknown: "a".repeat(64) };
    for (const [child, parent] of Object.entries(parents)) {
      const at = await tinyBundle({ name: child });
      await edit(at, (m) => Object.assign(m.provenance as object, { parent }));
      await ingest(at);
      const found = (await getDictionary(null, "tiny", child))?.parent;
      expect(found).toEqual(child === "known" ? address : null);
    }
    expect((await getDictionary(null, "tiny", name))?.parent).toBeNull();
  });

  test("another revision shows it, and keeps the old one under its own address", async () => {
    const newer = await ingest(await tinyBundle({ seed: 1 }));
    const shown = await getDictionary(null, "tiny", name);
    expect(shown?.revision).toBe(newer.revision);
    expect(shown?.revisions.map((one) => one.revision)).toEqual([
      newer.revision,
      ingested.revision,
    ]);
    const old = await getFeature(null, "tiny", name, 2, ingested.revision);
    const [, , record] = await all(tables.features);
    expect(old?.record).toEqual(record);
    expect(old?.record).not.toEqual((await getFeature(null, "tiny", name, 2))?.record);
  });
});

describe("refuses, and leaves nothing of it:", () => {
  test.each<[string, (dir: string) => Promise<void>, RegExp]>([
    [
      "a bundle with a table that is cut off",
      (at) => truncate(join(at, "examples.parquet"), 1000),
      /^examples\.parquet: 1000 bytes, expected \d+$/,
    ],
    [
      "a bundle with a changed byte",
      async (at) => {
        const bytes = await readFile(join(at, "features.parquet"));
        bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
        await writeFile(join(at, "features.parquet"), bytes);
      },
      /^features\.parquet: sha256 /,
    ],
    [
      "a bundle without its tokenizer",
      async (at) => edit(at, (m) => delete (m.files as Record<string, unknown>)["tokenizer.json"]),
      /^tokenizer\.json: /,
    ],
    [
      "a bundle whose model has other weights than the hub knows",
      (at) =>
        edit(at, (m) => Object.assign(provenance(m).model, { weights_sha256: "a".repeat(64) })),
      /knows model tiny with another set of weights \(sha256 000000000000…, here aaaaaaaaaaaa…\)/,
    ],
    [
      "a model that is called as an address of the hub",
      (at) =>
        edit(at, (m) => {
          Object.assign(m, { model_id: "upload" });
          provenance(m).model.id = "upload";
        }),
      /model_id upload is an address of the hub itself/,
    ],
    [
      "a dictionary that is called as an address of the hub",
      (at) => edit(at, (m) => Object.assign(m, { name: "compare" })),
      /name compare is an address of the hub itself/,
    ],
    [
      "a manifest with text that no database takes",
      (at) => edit(at, (m) => Object.assign(provenance(m).config, { note: "a\0b" })),
      /^manifest\.json: holds a NUL character/,
    ],
  ])("%s", async (_what, damage, reason) => {
    const damaged = await tinyBundle({ seed: 2 });
    await damage(damaged);
    const before = await everythingKept();
    await expect(ingest(damaged)).rejects.toThrow(
      expect.objectContaining({ name: "BundleError", message: expect.stringMatching(reason) }),
    );
    expect(await everythingKept()).toEqual(before);
  });

  test.each(["verify", "load examples", "load features", "store"])(
    "a bundle that is stopped at the stage %s",
    async (last) => {
      const before = await everythingKept();
      const stop = new AbortController();
      const half = ingestBundle(await tinyBundle({ seed: 3 }), {
        storage: storage(),
        report: ({ stage }) => {
          if (stage === last) stop.abort();
        },
        signal: stop.signal,
        by: { user_id: "local", visibility: "public" },
      });
      await expect(half).rejects.toThrow(/abort/i);
      expect(await everythingKept()).toEqual(before);
    },
  );
});

type Json = Record<string, unknown>;

async function edit(at: string, change: (manifest: Json) => unknown): Promise<void> {
  const path = join(at, "manifest.json");
  const value = JSON.parse(await readFile(path, "utf8"));
  change(value);
  await writeFile(path, JSON.stringify(value));
}

function provenance(value: Json) {
  return value.provenance as { model: Json; config: Json };
}
