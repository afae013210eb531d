import { open, rename, rm } from "node:fs/promises";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type Column, columnsOf, parquetSchema } from "./columns.ts";
import type { Table } from "./tables.ts";

/** A row group is written when it holds this many rows or numbers: a reader's memory is bounded by it. */
const GROUP_ROWS = 16_384;
const GROUP_VALUES = 1 << 20;

/** Writes a table row group by row group, and renames it into place when it is whole. Answers the number of rows. */
export async function writeTable<Row>(
  path: string,
  table: Table<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<number> {
  const partial = `${path}.tmp`;
  try {
    const total = await writeRows(partial, columnsOf(table.record), rows);
    await rename(partial, path);
    return total;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

type Cells = Record<string, number | number[] | null>;

async function writeRows<Row>(
  path: string,
  columns: Column[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<number> {
  const bytes = new ByteWriter();
  const schema = parquetSchema(columns);
  const parquet = new ParquetWriter({ writer: bytes, schema, createdBy: "dictionary-hub" });
  const file = await open(path, "w");
  const flush = async () => {
    await file.writeFile(bytes.getBytes());
    bytes.index = 0;
  };
  let total = 0;
  try {
    for await (const group of groups(columns, rows)) {
      const columnData = columns.map(({ name, list }) => ({
        name,
        data: group.map((row) => row[name]),
        statistics: !list,
      }));
      await parquet.write({ columnData, rowGroupSize: group.length });
      await flush();
      total += group.length;
    }
    await parquet.finish();
    await flush();
  } finally {
    await file.close();
  }
  return total;
}

async function* groups<Row>(
  columns: Column[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): AsyncGenerator<Cells[]> {
  const lists = columns.filter(({ list }) => list);
  let group: Cells[] = [];
  let values = 0;
  for await (const row of rows) {
    const cells = row as Cells;
    group.push(cells);
    values += columns.length;
    for (const { name } of lists) values += (cells[name] as number[]).length;
    if (group.length === GROUP_ROWS || values >= GROUP_VALUES) {
      yield group;
      group = [];
      values = 0;
    }
  }
  if (group.length > 0) yield group;
}
