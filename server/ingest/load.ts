import "server-only";
import { join } from "node:path";
import type { ClientBase } from "pg";
import { type ExampleRecord, type Report, type Table, tables } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import { examplesLayout, featureLayout, pack } from "../packed.ts";
import { copyRows, type RowOf } from "./copy.ts";
import { createPartition, type Partitioned, partitioned } from "./partitions.ts";
import { Suggestion } from "./suggest.ts";

export type LoadOptions = {
  dir: string;
  revision_id: number;
  d_sae: number;
  report: Report;
  signal: AbortSignal;
};
export type Loaded = { alive: number; suggested_feature: number | null };

type Rows<T extends Partitioned> = AsyncGenerator<RowOf<(typeof partitioned)[T]>[]>;

/**
 * Copies the tables of a verified bundle into partitions of their own. The examples come first: they
 * say which token of which context is a feature's top token, the contexts say which one that is.
 */
export async function loadTables(client: ClientBase, options: LoadOptions): Promise<Loaded> {
  const { revision_id, d_sae } = options;
  const top = new TopTokens(d_sae);
  const loaded = { alive: 0, suggestion: new Suggestion() };
  const fill = async <T extends Partitioned>(table: T, rows: Rows<T>) =>
    copyRows(client, await createPartition(client, table, revision_id), partitioned[table], rows);
  await fill("feature_examples", exampleRows(options, top));
  await fill("context", contextRows(options, top));
  await fill("feature", featureRows(options, top, loaded));
  await fill("datapoint", datapointRows(options));
  return { alive: loaded.alive, suggested_feature: loaded.suggestion.feature };
}

async function* exampleRows(options: LoadOptions, top: TopTokens): Rows<"feature_examples"> {
  const { revision_id } = options;
  const pack1 = (examples: ExampleRecord[], feature: number) => ({
    revision_id,
    feature,
    examples: pack(examplesLayout, examples),
  });
  let open: ExampleRecord[] = []; // the examples of one feature lie side by side
  for await (const block of blocks(options, tables.examples)) {
    const rows = [];
    for (const example of block) {
      const feature = open[0]?.feature;
      if (feature !== undefined && feature !== example.feature) {
        rows.push(pack1(open, feature));
        open = [];
      }
      if (open.length === 0) top.expect(example);
      open.push(example);
    }
    yield rows;
    progress(options, "examples", open[0]?.feature ?? 0);
  }
  if (open[0]) yield [pack1(open, open[0].feature)];
}

async function* contextRows(options: LoadOptions, top: TopTokens): Rows<"context"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.contexts)) {
    for (const { context, tokens } of block) top.resolve(context, tokens);
    yield block.map(({ context, tokens }) => ({ revision_id, context, tokens }));
  }
}

async function* featureRows(
  options: LoadOptions,
  top: TopTokens,
  loaded: { alive: number; suggestion: Suggestion },
): Rows<"feature"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.features)) {
    for (const record of block) {
      if (record.n_active > 0) loaded.alive++;
      loaded.suggestion.add(record);
    }
    yield block.map((record) => ({
      revision_id,
      index: record.index,
      density: record.density,
      max_activation: record.max_activation,
      nearest_cosine: record.nearest_cosines[0] ?? 0,
      encoder_decoder_cosine: record.encoder_decoder_cosine,
      top_token_id: top.of(record.index),
      record: pack(featureLayout, [record]),
    }));
    progress(options, "features", (block.at(-1)?.index ?? 0) + 1);
  }
}

async function* datapointRows(options: LoadOptions): Rows<"datapoint"> {
  const { revision_id } = options;
  let index = 0;
  for await (const block of blocks(options, tables.datapoints)) {
    yield block.map((record) => ({ revision_id, index: index++, ...record }));
  }
}

async function* blocks<Row>(options: LoadOptions, table: Table<Row>): AsyncGenerator<Row[]> {
  for await (const block of readTable(join(options.dir, table.file), table)) {
    options.signal.throwIfAborted();
    yield block;
  }
}

function progress({ report, d_sae }: LoadOptions, what: string, done: number): void {
  report({ stage: `load ${what}`, done, total: d_sae, unit: "features" });
}

/** The token on which each feature's first example fires. */
class TopTokens {
  #position: Int32Array;
  #token: Int32Array;
  #featuresOf = new Map<number, number[]>();

  constructor(d_sae: number) {
    this.#position = new Int32Array(d_sae);
    this.#token = new Int32Array(d_sae).fill(-1);
  }

  expect({ feature, context, position }: ExampleRecord): void {
    this.#position[feature] = position;
    const features = this.#featuresOf.get(context);
    if (features) features.push(feature);
    else this.#featuresOf.set(context, [feature]);
  }

  resolve(context: number, tokens: number[]): void {
    for (const feature of this.#featuresOf.get(context) ?? [])
      this.#token[feature] = tokens[this.#position[feature] ?? -1] ?? -1;
  }

  of(feature: number): number | null {
    const token = this.#token[feature] ?? -1;
    return token < 0 ? null : token;
  }
}
