import { join } from "node:path";
import { BundleError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import { readTable } from "./read-table.ts";
import {
  type ConnectionRecord,
  type DatapointFeaturesRecord,
  type ExampleRecord,
  type FeatureRecord,
  type LossesRecord,
  MOST_SOURCES,
  type Table,
  tables,
} from "./tables.ts";

/** What the rest of the bundle says of the tables; `sources` are the d_sae of dictionaries that features were connected from. */
type About = { d_sae: number; d_vocab: number; files: Manifest["files"]; sources: number[] };

/** Checks every row of the tables, and that what one names is there in the other. */
export async function checkTables(
  dir: string,
  { d_sae, d_vocab, files, sources }: About,
  between: () => void,
): Promise<void> {
  const lengths = new Map<number, number>();
  await eachRow(dir, tables.contexts, between, ({ context, tokens }) => {
    if (lengths.has(context)) return `context ${context} stands twice`;
    lengths.set(context, tokens.length);
    const foreign = tokens.find((token) => token >= d_vocab);
    return foreign === undefined ? null : `token ${foreign} of a vocabulary of ${d_vocab}`;
  });

  const features = await eachRow(dir, tables.features, between, (row, i) =>
    checkFeature(row, i, d_sae, d_vocab),
  );
  if (features !== d_sae)
    throw new BundleError(`features.parquet: ${features} rows, expected d_sae = ${d_sae}`);

  let last: ExampleRecord | null = null;
  await eachRow(dir, tables.examples, between, (row) => {
    const before = last;
    last = row;
    if (row.feature >= d_sae) return `feature ${row.feature} of ${d_sae}`;
    if (before && !isBefore(before, row)) return "not in order of feature, interval and rank";
    return checkWindow(row, lengths.get(row.context));
  });

  const places: string[] = [];
  await eachRow(dir, tables.datapoints, between, ({ context, position }) => {
    places.push(`${context} ${position}`);
    return checkPosition(context, position, lengths.get(context));
  });
  const has = (table: Table<unknown>) => Object.hasOwn(files, table.file);
  if (has(tables.datapoint_features)) {
    const rows = await eachRow(dir, tables.datapoint_features, between, (row, i) =>
      checkDatapoint(row, places[i], d_sae),
    );
    if (rows !== places.length)
      throw new BundleError(
        `${tables.datapoint_features.file}: ${rows} rows, expected ${places.length} (${tables.datapoints.file})`,
      );
  }
  if (has(tables.losses)) {
    const measured = new Set<number>();
    await eachRow(dir, tables.losses, between, (row) => {
      if (measured.has(row.context)) return `context ${row.context} stands twice`;
      measured.add(row.context);
      return checkLosses(row, lengths.get(row.context));
    });
    const missing = places.find((place) => !measured.has(Number.parseInt(place, 10)));
    if (missing !== undefined)
      throw new BundleError(
        `${tables.losses.file}: context ${Number.parseInt(missing, 10)} of a datapoint is missing`,
      );
  }
  if (has(tables.connections) || sources.length > 0) {
    if (!has(tables.connections))
      throw new BundleError(
        `${tables.connections.file}: missing, but evaluation.json has a section for it`,
      );
    const rows = await eachRow(dir, tables.connections, between, (row, i) =>
      checkConnection(row, i, d_sae, sources),
    );
    if (rows !== d_sae * sources.length)
      throw new BundleError(
        `${tables.connections.file}: ${rows} rows, expected ${d_sae * sources.length}: d_sae for each source of evaluation.json`,
      );
  }
}

function checkConnection(
  { from, feature, sources, weights, relu_weights }: ConnectionRecord,
  i: number,
  d_sae: number,
  widths: number[],
): string | null {
  const [expected, place] = [Math.floor(i / d_sae), i % d_sae];
  if (from !== expected || feature !== place)
    return `from ${from}, feature ${feature}, expected ${expected}, ${place}`;
  if (sources.length !== weights.length || sources.length !== relu_weights.length)
    return "lists that belong together differ in length";
  if (sources.length > 2 * MOST_SOURCES)
    return `${sources.length} sources, expected at most ${2 * MOST_SOURCES}`;
  if (new Set(sources).size !== sources.length) return "a source stands twice";
  const foreign = sources.find((source) => source >= (widths[from] ?? 0));
  return foreign === undefined ? null : `source ${foreign} of ${widths[from]}`;
}

function checkDatapoint(
  { context, position, features, activations }: DatapointFeaturesRecord,
  place: string | undefined,
  d_sae: number,
): string | null {
  const found = `${context} ${position}`;
  if (found !== place)
    return `context and position ${found}, expected ${place ?? "no more rows"} (${tables.datapoints.file})`;
  if (features.length !== activations.length)
    return `${features.length} features and ${activations.length} activations`;
  if (features.some((f, i) => i > 0 && f <= (features[i - 1] as number)))
    return "features are not ascending";
  const foreign = features.find((f) => f >= d_sae);
  return foreign === undefined ? null : `feature ${foreign} of ${d_sae}`;
}

function checkLosses(
  { context, ce_clean, ce_sae }: LossesRecord,
  length: number | undefined,
): string | null {
  if (length === undefined) return `context ${context} is not in ${tables.contexts.file}`;
  const wrong = [ce_clean, ce_sae].find((losses) => losses.length !== length - 1);
  return wrong ? `${wrong.length} losses in a context of ${length} tokens` : null;
}

/** Reads a table to its end; `check` answers what is wrong with a row, or null. */
async function eachRow<Row>(
  dir: string,
  table: Table<Row>,
  between: () => void,
  check: (row: Row, index: number) => string | null,
): Promise<number> {
  let index = 0;
  for await (const block of readTable(join(dir, table.file), table)) {
    between();
    for (const row of block) {
      const wrong = check(row, index);
      if (wrong) throw new BundleError(`${table.file}: row ${index}: ${wrong}`);
      index++;
    }
  }
  return index;
}

function checkFeature(row: FeatureRecord, i: number, d_sae: number, d_vocab: number) {
  if (row.index !== i) return `index ${row.index}, expected ${i}`;
  const { top_logit_tokens, bottom_logit_tokens, nearest_features } = row;
  if (
    top_logit_tokens.length !== row.top_logit_values.length ||
    bottom_logit_tokens.length !== row.bottom_logit_values.length ||
    nearest_features.length !== row.nearest_cosines.length
  )
    return "lists that belong together differ in length";
  const token = [...top_logit_tokens, ...bottom_logit_tokens].find((id) => id >= d_vocab);
  if (token !== undefined) return `token ${token} of a vocabulary of ${d_vocab}`;
  const feature = nearest_features.find((f) => f >= d_sae);
  return feature === undefined ? null : `nearest feature ${feature} of ${d_sae}`;
}

function isBefore(a: ExampleRecord, b: ExampleRecord): boolean {
  return (a.feature - b.feature || a.interval - b.interval || a.rank - b.rank) < 0;
}

function checkWindow(row: ExampleRecord, length: number | undefined): string | null {
  const { window_start, position, activations } = row;
  const window_end = window_start + activations.length;
  if (position < window_start || position >= window_end)
    return `position ${position} outside its window [${window_start}, ${window_end})`;
  return checkPosition(row.context, window_end - 1, length);
}

function checkPosition(context: number, position: number, length: number | undefined) {
  if (length === undefined) return `context ${context} is not in contexts.parquet`;
  return position < length ? null : `position ${position} in a context of ${length} tokens`;
}
