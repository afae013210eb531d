import { join } from "node:path";
import {
  type ContextRecord,
  type DatapointFeaturesRecord,
  type DatapointRecord,
  type ExampleRecord,
  type FeatureRecord,
  type LossesRecord,
  tables,
} from "trainer/bundle";
import { sealBundle, writeTable } from "trainer/bundle/files";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { Random } from "../trainer/src/tensor/random.ts";

const CONTEXTS = 3000;
const CONTEXT_SIZE = 128;
const DATAPOINTS_IN_CONTEXT = 10;
const ACTIVE = 32;
const WINDOW = 40;
const BINS = 40;
const LISTED = 10; // logit effects of each sign, nearest features
const INTERVALS = [20, 5, 5, 5, 5, 5]; // the top examples, then five of each interval

/**
 * A bundle as large as a real one of `d_sae` features: 45 examples each, of 40 tokens, few of them
 * active, and 30,000 datapoints with 32 active features each.
 */
export async function writeLargeBundle(dir: string, d_sae: number, name = "large"): Promise<void> {
  const random = new Random(0, "large bundle");
  const { model_id, provenance } = await writeTinyBundle(dir, { d_sae, name });
  const { d_vocab } = provenance.model;
  await writeTable(
    join(dir, "features.parquet"),
    tables.features,
    features(random, d_sae, d_vocab),
  );
  await writeTable(join(dir, "contexts.parquet"), tables.contexts, contexts(random, d_vocab));
  await writeTable(join(dir, "examples.parquet"), tables.examples, examples(random, d_sae));
  const places = [...datapointPlaces(random)];
  await writeTable(join(dir, "datapoints.parquet"), tables.datapoints, datapoints(random, places));
  await writeTable(
    join(dir, "datapoint_features.parquet"),
    tables.datapoint_features,
    active(random, places, d_sae),
  );
  await writeTable(join(dir, "losses.parquet"), tables.losses, losses(random));
  await sealBundle(dir, { model_id, name, provenance });
}

/** Records as large as real ones. */
export function* features(
  random: Random,
  d_sae: number,
  d_vocab: number,
): Generator<FeatureRecord> {
  const many = <T>(n: number, one: () => T) => Array.from({ length: n }, one);
  const falling = (n: number) => many(n, () => random.next()).sort((a, b) => b - a);
  for (let index = 0; index < d_sae; index++) {
    const activation_histogram = many(BINS, () => random.int(200));
    const n_active = activation_histogram.reduce((sum, count) => sum + count, 0);
    yield {
      index,
      density: n_active / 400_000,
      n_active,
      max_activation: 1 + random.next(),
      mean_activation: 0.5,
      activation_histogram,
      top_logit_tokens: many(LISTED, () => random.int(d_vocab)),
      top_logit_values: falling(LISTED),
      bottom_logit_tokens: many(LISTED, () => random.int(d_vocab)),
      bottom_logit_values: falling(LISTED).map((value) => -value),
      logit_histogram: many(BINS, () => random.int(1000)),
      logit_min: -1,
      logit_max: 1,
      decoder_norm: 1,
      encoder_decoder_cosine: random.next(),
      nearest_features: many(LISTED, () => random.int(d_sae)),
      nearest_cosines: falling(LISTED),
      umap_x: random.normal(),
      umap_y: random.normal(),
    };
  }
}

function* contexts(random: Random, d_vocab: number): Generator<ContextRecord> {
  for (let context = 0; context < CONTEXTS; context++)
    yield {
      context,
      tokens: Array.from({ length: CONTEXT_SIZE }, () => random.int(d_vocab)),
    };
}

function* examples(random: Random, d_sae: number): Generator<ExampleRecord> {
  for (let feature = 0; feature < d_sae; feature++)
    for (const [interval, count] of INTERVALS.entries())
      for (let rank = 0; rank < count; rank++) {
        const window_start = random.int(CONTEXT_SIZE - WINDOW);
        yield {
          feature,
          interval,
          interval_min: 0,
          interval_max: 1,
          interval_share: interval === 0 ? null : 0.5,
          rank,
          context: random.int(CONTEXTS),
          position: window_start + WINDOW / 2,
          window_start,
          activations: Array.from({ length: WINDOW }, () =>
            random.int(8) === 0 ? random.next() : 0,
          ),
        };
      }
}

type Place = { context: number; position: number };

function* datapointPlaces(random: Random): Generator<Place> {
  for (let context = 0; context < CONTEXTS; context++) {
    const positions = new Set<number>();
    while (positions.size < DATAPOINTS_IN_CONTEXT) positions.add(1 + random.int(CONTEXT_SIZE - 2));
    for (const position of [...positions].sort((a, b) => a - b)) yield { context, position };
  }
}

function* datapoints(random: Random, places: Place[]): Generator<DatapointRecord> {
  for (const place of places) {
    const [ce_clean, ce_diff] = [3 * random.next(), random.normal() / 4];
    yield {
      ...place,
      ce_clean,
      ce_sae: ce_clean + ce_diff,
      ce_diff,
      squared_error: random.next(),
      norm_x: 4 + random.next(),
      norm_x_hat: 4,
      l0: ACTIVE,
      umap_x: random.normal(),
      umap_y: random.normal(),
    };
  }
}

function* active(
  random: Random,
  places: Place[],
  d_sae: number,
): Generator<DatapointFeaturesRecord> {
  for (const place of places) {
    const features = new Set<number>();
    while (features.size < ACTIVE) features.add(random.int(d_sae));
    yield {
      ...place,
      origin: 0,
      features: [...features].sort((a, b) => a - b),
      activations: Array.from({ length: ACTIVE }, () => 0.1 + random.next()),
    };
  }
}

function* losses(random: Random): Generator<LossesRecord> {
  const along = () => Array.from({ length: CONTEXT_SIZE - 1 }, () => 3 * random.next());
  for (let context = 0; context < CONTEXTS; context++)
    yield { context, ce_clean: along(), ce_sae: along() };
}
