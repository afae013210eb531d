import { open, rename } from "node:fs/promises";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { columnsOf, parquetSchema } from "./columns.ts";
import type { Table } from "./tables.ts";

/** A row group is written when it holds this many rows or numbers: the reader's memory is bounded by it. */
const GROUP_ROWS = 16_384;
const GROUP_VALUES = 1 << 20;

/** Writes a table row group by row group, and renames it into place when it is whole. Answers the number of rows. */
export async function writeTable<Row>(
  path: string,
  table: Table<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
): Promise<number> {
  const columns = columnsOf(table.record);
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: parquetSchema(columns),
    createdBy: "dictionary-hub",
  });
  const file = await open(`${path}.tmp`, "w");
  const flush = async () => {
    await file.writeFile(bytes.getBytes());
    bytes.index = 0;
  };

  let group: Record<string, number | number[] | null>[] = [];
  let values = 0;
  let total = 0;
  const writeGroup = async () => {
    const columnData = columns.map(({ name, list }) => ({
      name,
      data: group.map((row) => row[name]),
      statistics: !list,
    }));
    await parquet.write({ columnData, rowGroupSize: group.length });
    total += group.length;
    group = [];
    values = 0;
    await flush();
  };

  try {
    for await (const row of rows) {
      const record = row as Record<string, number | number[] | null>;
      group.push(record);
      for (const { name, list } of columns) values += list ? (record[name] as number[]).length : 1;
      if (group.length === GROUP_ROWS || values >= GROUP_VALUES) await writeGroup();
    }
    if (group.length > 0) await writeGroup();
    await parquet.finish();
    await flush();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  return total;
}
