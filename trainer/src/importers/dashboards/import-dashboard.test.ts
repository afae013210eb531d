import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainReading } from "../../../fixtures/plain-reading.ts";
import { type BatchOptions, writeBatches } from "../../../fixtures/saedashboard-batches.ts";
import { writeTinyBundle } from "../../../fixtures/tiny-bundle.ts";
import { readTable, verifyBundle } from "../../bundle/files.ts";
import {
  type ContextRecord,
  type ExampleRecord,
  type FeatureRecord,
  type ImportProvenance,
  type Manifest,
  type Table,
  tables,
} from "../../bundle/index.ts";
import { dashboardConfig } from "../../dashboard/config.ts";
import { loadSae } from "../../sae/files.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import { walk } from "../walk.ts";
import { findBatches } from "./batch.ts";
import { importDashboard } from "./import-dashboard.ts";

const tmp = mkdtempSync(join(tmpdir(), "dashboards-"));
afterAll(() => rmSync(tmp, { recursive: true }));

const whole = join(tmp, "whole");
let manifest: Manifest;
let contexts: ContextRecord[];
let examples: ExampleRecord[];
let features: FeatureRecord[];
beforeAll(async () => {
  manifest = await writeTinyBundle(whole);
  contexts = await rowsOf(whole, tables.contexts);
  examples = await rowsOf(whole, tables.examples);
  features = await rowsOf(whole, tables.features);
});

async function rowsOf<Row>(dir: string, table: Table<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readTable(join(dir, table.file), table)) rows.push(...block);
  return rows;
}

/** A model that says where in which text a row is, and an encoder that knows what the bundle has there. */
const model = {
  config: { n_ctx: 64 },
  unembed: () => ({ shape: [1, 1], data: new Float32Array(1) }),
  activations: async (ids: Int32Array) => {
    const text = contexts.findIndex(({ tokens }) => tokens.join() === ids.join());
    return {
      shape: [ids.length, 2],
      data: rowsFor(text, ids.length),
    };
  },
};
const rowsFor = (text: number, n: number) =>
  Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? text : Math.floor(i / 2)));
const encoder = {
  encode: ({ data }: { data: Float32Array }) => {
    const [text, position] = data;
    const here = examples.filter(
      (one) =>
        one.context === contexts[text]?.context &&
        one.position === position &&
        one.rank === 0 &&
        one.interval === 0,
    );
    return {
      n: 1,
      offsets: Int32Array.of(0, here.length),
      features: Int32Array.from(here, ({ feature }) => feature),
      values: Float32Array.from(here, (one) => one.activations[position - one.window_start]),
    };
  },
};

const provenanceOfImport: ImportProvenance = {
  format: "saelens",
  where: ".",
  source: null,
  commit: null,
  files: [],
  reading: { ...plainReading, architecture: "topk", k: 2 },
  because: {},
  notes: [],
  check: null,
  accepted: false,
};

let made = 0;
/** A bundle without its pages, the batches of them, and what comes of both. */
async function imported(options: BatchOptions & { change?: (folder: string) => void } = {}) {
  const dir = join(tmp, `bundle-${made}`);
  const folder = join(tmp, `batches-${made++}`);
  await cp(whole, dir, { recursive: true });
  for (const name of ["manifest.json", "features.parquet", "examples.parquet", "contexts.parquet"])
    await rm(join(dir, name));
  await writeBatches(whole, folder, options);
  options.change?.(folder);
  const batches = findBatches(await walk(folder));
  if (!batches) throw new Error("no batches");
  const { provenance, model_id, name } = manifest;
  const result = await importDashboard(dashboardConfig.parse({}), batches, {
    sae: await loadSae(dir),
    model: model as never,
    encoder: encoder as never,
    hook_name: "blocks.1.hook_resid_post",
    tokens: {
      context_size: 16,
      n_contexts: 6,
      contexts: (from) => Int32Array.from(contexts[from].tokens),
    },
    policy: provenance.token_policy,
    dir,
    tokenizer: join(whole, "tokenizer.json"),
    manifest: { model_id, name, provenance: { ...provenance, import: provenanceOfImport } },
    seed: 0,
    threads: 1,
  }).catch((error: Error) => error.message);
  return { dir, result };
}

const dashboardsOf = (result: Manifest | string) =>
  (result as Manifest).provenance.import?.dashboards;

describe("pages as SAEDashboard wrote them", () => {
  test.each([
    ["as they are", {}],
    ["with shares of activations", { contains: "activations" as const }],
  ])("%s give the tables that they were written from", async (_, options) => {
    const { dir, result } = await imported(options);
    expect(result).not.toBeTypeOf("string");
    expect((result as Manifest).provenance.dashboard_tokens).toBe(90);
    const found = await rowsOf(dir, tables.features);
    for (const [i, record] of found.entries()) {
      const own = features[i];
      expect(record).toMatchObject({
        index: i,
        n_active: own.n_active,
        max_activation: own.max_activation,
        activation_histogram: own.n_active > 0 ? own.activation_histogram : [],
        top_logit_tokens: own.top_logit_tokens,
        top_logit_values: own.top_logit_values,
        bottom_logit_tokens: own.bottom_logit_tokens,
        logit_histogram: own.logit_histogram,
      });
      expect(record.density).toBeCloseTo(own.density, 6);
      expect([record.logit_min, record.logit_max]).toEqual(
        [own.logit_min, own.logit_max].map((value) => expect.closeTo(value, 4)),
      );
      const middles = own.activation_histogram.map(
        (_, at) => ((at + 0.5) * own.max_activation) / 4,
      );
      const mean = own.activation_histogram.reduce((sum, n, at) => sum + n * middles[at], 0) / 9;
      expect(record.mean_activation).toBeCloseTo(own.n_active > 0 ? mean : 0, 4);
    }
    const shown = await rowsOf(dir, tables.examples);
    const texts = new Map((await rowsOf(dir, tables.contexts)).map((one) => [one.context, one]));
    expect(shown).toHaveLength(examples.length); // without those at which a feature does not fire
    for (const [i, example] of shown.entries()) {
      const own = examples[i];
      expect(example).toMatchObject({
        feature: own.feature,
        interval: own.interval,
        interval_min: own.interval_min,
        interval_max: own.interval_max,
        rank: own.rank,
        position: own.position,
        window_start: 0,
      });
      expect(example.interval_share).toEqual(
        own.interval_share === null ? null : expect.closeTo(own.interval_share, 3),
      );
      expect(texts.get(example.context)?.tokens).toEqual(contexts[own.context].tokens);
      const window = example.activations.slice(own.window_start, own.window_start + 6);
      expect(window).toEqual(own.activations.map((value) => expect.closeTo(value, 4)));
      expect(example.activations).toHaveLength(16);
    }
  });

  test("are a bundle to the last row, with what they lack of the weights", async () => {
    const { dir, result } = await imported();
    const dashboards = dashboardsOf(result);
    expect(dashboards).toMatchObject({
      n_prompts_total: 6,
      n_tokens_in_prompt: 15,
      dataset: "some/text",
    });
    expect(dashboards?.files.map(({ path }) => path)).toEqual([
      "batch-0.json",
      "batch-1.json",
      "batch-2.json",
    ]);
    expect(dashboards?.notes.join("\n")).toContain("7 of 7 examples");
    expect(dashboards?.notes.join("\n")).toContain("7 examples at tokens on which");
    await verifyBundle(dir);
    const { W_dec } = await loadSae(dir);
    const norms = rowNorms(W_dec);
    for (const { index, decoder_norm, nearest_features } of await rowsOf(dir, tables.features)) {
      expect(decoder_norm).toBeCloseTo(norms[index], 5);
      expect(nearest_features).toHaveLength(7);
    }
  });

  test("in SAEDashboard's scale are divided by the norms of the directions", async () => {
    const norms = rowNorms((await loadSae(whole)).W_dec);
    const { dir, result } = await imported({ scale: (feature) => norms[feature] });
    expect(dashboardsOf(result)?.notes[0]).toContain("once they are divided by the norm");
    const found = await rowsOf(dir, tables.features);
    for (const [i, { max_activation, top_logit_values }] of found.entries()) {
      expect(max_activation).toBeCloseTo(features[i].max_activation, 3);
      expect(top_logit_values[0]).toBeCloseTo(features[i].top_logit_values[0], 3);
    }
  });
});

const changed = (name: string, change: (batch: Batch) => void) => (folder: string) => {
  const path = join(folder, name);
  const batch = JSON.parse(readFileSync(path, "utf8")) as Batch;
  change(batch);
  writeFileSync(path, JSON.stringify(batch));
};
type Sequence = { tokens: string[]; values: number[]; qualifying_token_index: number };
type Batch = { features: Record<string, unknown>[] & { activations: Sequence[] }[] };

describe("what is not as it should be is refused by file and feature:", () => {
  const of = (folder: string, index: number) => (batch: Batch) => {
    batch.features[index].feature_index = Number(folder);
  };
  test.each<[string, (folder: string) => void, string | RegExp]>([
    [
      "a feature twice",
      changed("batch-1.json", of("2", 0)),
      "batch-1.json: feature 2: it is in batch-0.json, too",
    ],
    [
      "one too many",
      changed("batch-2.json", of("8", 1)),
      "batch-2.json: feature 8: expected less than 8",
    ],
    [
      "one missing",
      (folder) => rmSync(join(folder, "batch-2.json")),
      "2 of 8 features are in no batch, the first of them 6",
    ],
    [
      "a token of no tokenizer",
      changed("batch-1.json", ({ features: [, one] }) => {
        one.activations[0].tokens[2] = " zebra";
      }),
      'batch-1.json: feature 4: " zebra" is no token',
    ],
    [
      "a token beyond the vocabulary in a text",
      changed("batch-1.json", ({ features: [, one] }) => {
        one.activations[0].tokens[2] = "<|outofrange|>";
      }),
      "batch-1.json: feature 4: <|outofrange|> in a text",
    ],
    [
      "fewer values than tokens",
      changed("batch-0.json", ({ features: [one] }) => {
        one.activations[0].values.pop();
      }),
      "batch-0.json: features.0.activations.0.values: 15 values, expected 16",
    ],
    [
      "a token index beyond the text",
      changed("batch-0.json", ({ features: [one] }) => {
        one.activations[0].qualifying_token_index = 16;
      }),
      "features.0.activations.0.qualifying_token_index is 16: expected less than 16",
    ],
    [
      "an activation below 0",
      changed("batch-0.json", ({ features: [one] }) => {
        one.activations[0].values[1] = -1;
      }),
      /features\.0\.activations\.0\.values\.1 is -1/,
    ],
    [
      "logits without tokens",
      changed("batch-0.json", ({ features: [one] }) => {
        one.pos_str = [];
      }),
      "features.0.pos_values: 2 of them, expected 0",
    ],
    [
      "another text",
      changed("batch-2.json", ({ features: [one] }) => {
        one.n_prompts_total = 7;
      }),
      "batch-2.json: feature 6: n_prompts_total 7, expected 6",
    ],
    [
      "NaN",
      (folder) =>
        writeFileSync(
          join(folder, "batch-0.json"),
          readFileSync(join(folder, "batch-0.json"), "utf8").replace(
            '"bin_min":-1',
            '"bin_min":NaN',
          ),
        ),
      "batch-0.json: not JSON",
    ],
  ])("%s", async (_, change, said) => {
    const { result } = await imported({ change });
    expect(result).toMatch(said);
  });

  test("batches of several folders", async () => {
    const folder = join(tmp, "several");
    mkdirSync(folder);
    for (const name of ["a", "b"]) await writeBatches(whole, join(folder, name));
    const files = await walk(folder);
    expect(() => findBatches(files)).toThrow("in 2 folders (a/, b/");
    expect(findBatches(files.filter(({ path }) => path.startsWith("a/")))).toHaveLength(3);
    expect(findBatches(await walk(whole))).toBeNull();
    expect(readdirSync(folder)).toEqual(["a", "b"]);
  });
});
