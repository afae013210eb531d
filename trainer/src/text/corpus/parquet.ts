import type { SchemaElement } from "hyparquet";
import { BundleError } from "../../bundle/index.ts";
import { type Fail, readFooter, topLevel } from "../../bundle/parquet-footer.ts";
import { openSource } from "../../bundle/source.ts";
import { decodeUtf8 } from "./lines.ts";
import { readTexts } from "./parquet-texts.ts";
import { piecesOf } from "./piece.ts";
import type { ReadFile } from "./read-file.ts";
import { chooseColumn } from "./text-column.ts";

/** Elements of a schema at most. */
const MAX_SCHEMA = 4096;

/** The documents of a Parquet file: a text column's cells, null as an empty one, page by page. */
export const parquetPieces: ReadFile = async function* (local, { column, onBytes, piece }) {
  const fail: Fail = (reason, cause) => new BundleError(`${local.name}: ${reason}`, { cause });
  const file = await openSource(local.path, local.name);
  try {
    const { schema, row_groups } = await readFooter(file, fail);
    if (schema.length > MAX_SCHEMA) throw fail(`a schema of ${schema.length} elements`);
    const columns = topLevel(schema).map(([element]) => element);
    const name = chooseColumn(column, columns.map(describe), local.name);
    const nullable =
      columns.find((element) => element.name === name)?.repetition_type !== "REQUIRED";
    let row = 0;
    for (const { columns: chunks, num_rows } of row_groups) {
      const chunk = chunks.find(({ meta_data }) => meta_data?.path_in_schema.join() === name);
      if (!chunk?.meta_data) throw fail(`column ${name}: missing from a row group`);
      const end = row + Number(num_rows);
      try {
        for await (const cell of readTexts(file, chunk.meta_data, nullable, onBytes)) {
          const where = `${local.name}: row ${row++}`;
          yield* piecesOf(cell ? decodeUtf8(cell, where, `of ${name}`) : "", piece);
        }
      } catch (cause) {
        if (cause instanceof BundleError) throw cause;
        throw fail(`column ${name}, row ${row}: ${(cause as Error).message}`, cause);
      }
      if (row !== end) throw fail(`column ${name}: ${row} rows, expected ${end}`);
    }
  } finally {
    await file.close();
  }
};

function describe({ name, type, converted_type, logical_type }: SchemaElement) {
  const isText = converted_type === "UTF8" || logical_type?.type === "STRING";
  return { name, isText: type === "BYTE_ARRAY" && isText };
}
