import "server-only";
import type { ClientBase } from "pg";
import { type ExampleRecord, tables } from "trainer/bundle";
import type { FeatureHistograms } from "@/lib/views.ts";
import { examplesLayout, featureLayout, pack } from "../packed.ts";
import { blocks, type LoadOptions, type Rows } from "./blocks.ts";
import { copyRows } from "./copy.ts";
import { FeatureCounts } from "./feature-counts.ts";
import { FeatureDatapoints } from "./feature-datapoints.ts";
import { connectionRows, explainedRows } from "./load-connections.ts";
import { datapointPlaces, datapointRows, lossesRows } from "./load-datapoints.ts";
import { createPartition, type Partitioned, partitioned } from "./partitions.ts";
import { Suggestion } from "./suggest.ts";
import { countTokens, indexRows } from "./token-index.ts";
import { TokensAt } from "./tokens-at.ts";

export type Loaded = {
  alive: number;
  suggested_feature: number | null;
  histograms: FeatureHistograms;
};

/**
 * Copies the tables of a verified bundle into partitions of their own. Contexts come after what points
 * into them: examples and datapoints say which token of which context they want to know. Features come
 * after the datapoints, of which each keeps some.
 */
export async function loadTables(client: ClientBase, options: LoadOptions): Promise<Loaded> {
  const { revision_id } = options;
  const top = new TokensAt();
  const places = await datapointPlaces(options);
  const loaded = {
    alive: 0,
    suggestion: new Suggestion(),
    counts: new FeatureCounts(),
    datapoints: new FeatureDatapoints(),
  };
  const fill = async <T extends Partitioned>(table: T, rows: Rows<T>) =>
    copyRows(client, await createPartition(client, table, revision_id), partitioned[table], rows);
  await fill("feature_examples", exampleRows(options, top));
  await fill("context", contextRows(options, [top, places]));
  await fill("datapoint", datapointRows(options, places, loaded.datapoints));
  await fill("feature", featureRows(options, top, loaded));
  await fill("context_losses", lossesRows(options));
  await fill("explained_feature", explainedRows(options));
  await fill("connection", connectionRows(options));
  await fill("token_features", indexRows(revision_id, await countTokens(client, options)));
  return {
    alive: loaded.alive,
    suggested_feature: loaded.suggestion.feature,
    histograms: loaded.counts.histograms,
  };
}

async function* exampleRows(options: LoadOptions, top: TokensAt): Rows<"feature_examples"> {
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
      if (open.length === 0) top.expect(example.feature, example);
      open.push(example);
    }
    yield rows;
    progress(options, "examples", open[0]?.feature ?? 0);
  }
  if (open[0]) yield [pack1(open, open[0].feature)];
}

async function* contextRows(options: LoadOptions, wanted: TokensAt[]): Rows<"context"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.contexts)) {
    for (const { context, tokens } of block)
      for (const places of wanted) places.resolve(context, tokens);
    yield block.map(({ context, tokens }) => ({ revision_id, context, tokens }));
  }
}

async function* featureRows(
  options: LoadOptions,
  top: TokensAt,
  loaded: {
    alive: number;
    suggestion: Suggestion;
    counts: FeatureCounts;
    datapoints: FeatureDatapoints;
  },
): Rows<"feature"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.features)) {
    for (const record of block) {
      if (record.n_active > 0) loaded.alive++;
      loaded.suggestion.add(record);
      loaded.counts.add(record);
    }
    yield block.map((record) => ({
      revision_id,
      index: record.index,
      density: record.density,
      max_activation: record.max_activation,
      nearest_cosine: record.nearest_cosines[0] ?? 0,
      encoder_decoder_cosine: record.encoder_decoder_cosine,
      decoder_norm: record.decoder_norm,
      umap_x: record.umap_x,
      umap_y: record.umap_y,
      top_token_id: top.of(record.index),
      record: pack(featureLayout, [record]),
      datapoints: loaded.datapoints.of(record.index) ?? Buffer.alloc(0),
    }));
    progress(options, "features", (block.at(-1)?.index ?? 0) + 1);
  }
}

function progress({ report, d_sae }: LoadOptions, what: string, done: number): void {
  report({ stage: `load ${what}`, done, total: d_sae, unit: "features" });
}
