import { join } from "node:path";
import { readTable } from "../../bundle/files.ts";
import type { Table } from "../../bundle/index.ts";

/** The rows of a table that lies in order of its features, those of every so many features together. */
export async function* batchesOf<Row>(
  bundle: string,
  table: Table<Row>,
  featureOf: (row: Row) => number,
  size: number,
): AsyncGenerator<{ batch: number; rows: Row[] }> {
  let batch = 0;
  let rows: Row[] = [];
  for await (const block of readTable(join(bundle, table.file), table))
    for (const row of block) {
      const its = Math.floor(featureOf(row) / size);
      if (its !== batch) {
        if (rows.length > 0) yield { batch, rows };
        [batch, rows] = [its, []];
      }
      rows.push(row);
    }
  if (rows.length > 0) yield { batch, rows };
}
