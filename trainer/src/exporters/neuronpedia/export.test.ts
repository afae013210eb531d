import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyBundle } from "../../../fixtures/tiny-bundle.ts";
import { readTable, sealBundle } from "../../bundle/files.ts";
import {
  type ActivationRow,
  activationRow,
  type ExampleRecord,
  type FeatureRecord,
  type NeuronRow,
  neuronRow,
  type Table,
  tables,
  tokenStrings,
} from "../../bundle/index.ts";
import { exportNeuronpedia } from "./export.ts";

const tmp = mkdtempSync(join(tmpdir(), "neuronpedia-"));
const bundle = join(tmp, "bundle");
const out = join(tmp, "out");
const folder = join(out, "v1", "tiny", "1-res1-2x-topk2");
const options = { creator_id: "somebody", creator_name: "Some Body", release: "some-release" };
const watched = { report: () => {}, signal: new AbortController().signal };
let text: (token: number) => string;
afterAll(() => rmSync(tmp, { recursive: true }));

beforeAll(async () => {
  const d_sae = 1030; // one batch and some of the next
  const { model_id, name, provenance } = await writeTinyBundle(bundle, { d_sae });
  const path = join(bundle, "tokenizer.json");
  const tokenizer = JSON.parse(readFileSync(path, "utf8"));
  tokenizer.added_tokens[0].content = "a\0b"; // which a database cannot hold
  writeFileSync(path, JSON.stringify(tokenizer));
  const { files } = await sealBundle(bundle, { model_id, name, provenance });
  const tokenizer_sha256 = files["tokenizer.json"]?.sha256 as string;
  await sealBundle(bundle, { model_id, name, provenance: { ...provenance, tokenizer_sha256 } });
  const strings = tokenStrings(tokenizer);
  text = (token) => strings[token].replaceAll("\0", " ");
  await exportNeuronpedia(bundle, out, options, watched);
});

const linesOf = (file: string) =>
  (file.endsWith(".gz") ? gunzipSync(readFileSync(file)) : readFileSync(file))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const all = <Row>(kind: string) =>
  readdirSync(join(folder, kind)).flatMap((name) => linesOf(join(folder, kind, name))) as Row[];

async function rowsOf<Row>(table: Table<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readTable(join(bundle, table.file), table)) rows.push(...block);
  return rows;
}

test("lies as its importer looks for it, with one row where there is one", () => {
  expect(readdirSync(out)).toEqual(["v1"]);
  expect(readdirSync(folder).sort()).toEqual([
    "activations",
    "features",
    "model.jsonl",
    "release.jsonl",
    "source.jsonl",
    "sourceset.jsonl",
  ]);
  const one = (name: string) => {
    const [row, ...others] = linesOf(join(folder, name));
    expect(others).toEqual([]);
    return row;
  };
  const creatorId = "somebody";
  expect(one("release.jsonl")).toMatchObject({ name: "some-release", creatorId });
  expect(one("model.jsonl")).toMatchObject({ id: "tiny", creatorId });
  const setName = "res1-2x-topk2";
  expect(one("source.jsonl")).toMatchObject({ id: `1-${setName}`, modelId: "tiny", setName });
  expect(one("sourceset.jsonl")).toMatchObject({
    name: setName,
    modelId: "tiny",
    releaseName: "some-release",
    creatorName: "Some Body",
  });
});

test("has every feature once, in batches, with the numbers of the bundle", async () => {
  const batches = readdirSync(join(folder, "features")).sort();
  expect(batches).toEqual(["batch-0.jsonl.gz", "batch-1.jsonl.gz"]);
  expect(linesOf(join(folder, "features", "batch-1.jsonl.gz"))).toHaveLength(6);
  const rows = all<NeuronRow>("features");
  const records: FeatureRecord[] = await rowsOf(tables.features);
  expect(rows.map(({ index }) => index)).toEqual(records.map(({ index }) => String(index)));
  for (const [i, row] of rows.entries()) {
    expect(Object.keys(row)).toHaveLength(Object.keys(neuronRow.shape).length);
    const record = records[i];
    expect(row).toMatchObject({
      layer: "1-res1-2x-topk2",
      frac_nonzero: record.density,
      pos_str: record.top_logit_tokens.map(text),
      neg_values: record.bottom_logit_values,
      freq_hist_data_bar_heights: record.activation_histogram,
    });
  }
});

test("has every example once, its tokens as text, without columns that come and go", async () => {
  const rows = all<ActivationRow>("activations");
  const examples: ExampleRecord[] = await rowsOf(tables.examples);
  const contexts = new Map(
    (await rowsOf(tables.contexts)).map(({ context, tokens }) => [context, tokens]),
  );
  expect(new Set(rows.map(({ id }) => id)).size).toBe(examples.length);
  expect(rows).toHaveLength(examples.length);
  const columns = Object.keys(activationRow.shape).filter((key) => !key.startsWith("z"));
  for (const [i, example] of examples.entries()) {
    const { window_start, activations } = example;
    const ids = contexts
      .get(example.context)
      ?.slice(window_start, window_start + activations.length);
    expect(Object.keys(rows[i]).sort()).toEqual([...columns].sort());
    expect(rows[i]).toMatchObject({
      index: String(example.feature),
      tokens: ids?.map(text),
      values: activations,
      qualifyingTokenIndex: example.position - window_start,
      maxValue: Math.max(...activations),
    });
  }
  expect(rows.some(({ tokens }) => tokens.includes("a b"))).toBe(true);
});
