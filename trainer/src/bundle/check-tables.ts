import { join } from "node:path";
import { BundleError } from "./errors.ts";
import { readTable } from "./read-table.ts";
import { type ExampleRecord, type FeatureRecord, type Table, tables } from "./tables.ts";

/** Checks every row of the four tables, and that what one names is there in the other. */
export async function checkTables(
  dir: string,
  { d_sae, d_vocab }: { d_sae: number; d_vocab: number },
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

  await eachRow(dir, tables.datapoints, between, ({ context, position }) =>
    checkPosition(context, position, lengths.get(context)),
  );
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
