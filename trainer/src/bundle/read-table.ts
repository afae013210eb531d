import type { RowGroup, SchemaElement } from "hyparquet";
import { type Column, columnElements, columnsOf } from "./columns.ts";
import { BundleError } from "./errors.ts";
import { type Fail, readFooter, topLevel } from "./parquet-footer.ts";
import { type Cell, decodeChunk } from "./parquet-pages.ts";
import { openSource, type Source } from "./source.ts";
import type { Table } from "./tables.ts";

/** Limits on what a table from elsewhere may make us hold in memory; `writeTable` stays well below them. */
const MAX_SCHEMA = 1000;
const MAX_GROUP_ROWS = 1 << 17;
const MAX_GROUP_VALUES = 1 << 22;

/**
 * The rows of a table in blocks of one row group, each checked against the table's schema. `source`
 * is a path or the file's bytes. Throws a BundleError that names the file, the row and the column.
 */
export async function* readTable<Row>(
  source: string | Uint8Array,
  table: Table<Row>,
): AsyncGenerator<Row[]> {
  const file = await openSource(source, table.file);
  const fail = (reason: string, cause?: unknown) =>
    new BundleError(`${file.name}: ${reason}`, { cause });
  try {
    const columns = columnsOf(table.record);
    const metadata = await readFooter(file, fail);
    checkSchema(metadata.schema, columns, fail);
    let firstRow = 0;
    for (const group of metadata.row_groups) {
      const cells = await readGroup(file, group, columns, fail);
      if (cells[0].length > 0) yield toRows(table, columns, cells, firstRow, fail);
      firstRow += cells[0].length;
    }
    if (firstRow !== Number(metadata.num_rows))
      throw fail(`${firstRow} rows, expected ${metadata.num_rows}`);
  } finally {
    await file.close();
  }
}

/** The cells of each column of a row group. */
async function readGroup(
  file: Source,
  { num_rows, columns: chunks }: RowGroup,
  columns: Column[],
  fail: Fail,
): Promise<Cell[][]> {
  const rows = Number(num_rows);
  if (!(rows >= 0 && rows <= MAX_GROUP_ROWS))
    throw fail(`a row group of ${rows} rows, expected at most ${MAX_GROUP_ROWS}`);
  const cells: Cell[][] = [];
  let values = 0;
  for (const [i, column] of columns.entries()) {
    const chunk = chunks[i]?.meta_data;
    if (!chunk) throw fail(`column ${column.name}: missing from a row group`);
    const limit = Number(chunk.num_values);
    const bytes = Number(chunk.total_compressed_size);
    values += limit;
    if (!(limit >= 0 && values <= MAX_GROUP_VALUES))
      throw fail(`a row group of more than ${MAX_GROUP_VALUES} numbers`);
    if (!(bytes <= 8 * limit + 65_536))
      throw fail(`column ${column.name}: ${bytes} bytes for ${limit} numbers`);
    try {
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
      const pages = await file.read(start, bytes);
      cells.push(decodeChunk(pages, column, { codec: chunk.codec, rows, limit }));
    } catch (cause) {
      throw fail(`column ${column.name}: cannot be read: ${(cause as Error).message}`, cause);
    }
  }
  return cells;
}

function checkSchema(schema: SchemaElement[], columns: Column[], fail: Fail): void {
  if (schema.length > MAX_SCHEMA) throw fail(`a schema of ${schema.length} elements`);
  const found = topLevel(schema);
  const foundNames = found.map(([element]) => element.name);
  const names = columns.map(({ name }) => name);
  for (const name of names) if (!foundNames.includes(name)) throw fail(`column ${name}: missing`);
  for (const name of foundNames)
    if (!names.includes(name))
      throw fail(`column ${name}: found, expected only ${names.join(", ")}`);
  if (foundNames.join() !== names.join())
    throw fail(`columns in the order ${foundNames.join(", ")}, expected ${names.join(", ")}`);
  for (const [i, column] of columns.entries()) {
    const [is, shouldBe] = [found[i], columnElements(column)].map((elements) =>
      elements.map(describe).join(" of "),
    );
    if (is !== shouldBe) throw fail(`column ${column.name}: found ${is}, expected ${shouldBe}`);
  }
}

function describe({ type, converted_type, repetition_type }: SchemaElement): string {
  return `${repetition_type} ${type ?? converted_type ?? "group"}`;
}

function toRows<Row>(
  table: Table<Row>,
  columns: Column[],
  cells: Cell[][],
  firstRow: number,
  fail: Fail,
): Row[] {
  return cells[0].map((_, r) => {
    const row = Object.fromEntries(columns.map(({ name }, c) => [name, cells[c][r]]));
    const parsed = table.record.safeParse(row);
    if (parsed.success) return parsed.data as Row;
    const { path, message } = parsed.error.issues[0];
    throw fail(`row ${firstRow + r}, column ${path.join(".")}: ${message}`);
  });
}
