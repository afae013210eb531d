import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { FileMetaData, SchemaElement } from "hyparquet";
import { parquetMetadata } from "hyparquet";
import { type Column, columnsOf, parquetSchema } from "./columns.ts";
import { BundleError } from "./errors.ts";
import { type Cell, decodeChunk } from "./parquet-pages.ts";
import type { Table } from "./tables.ts";

/** Limits on what a table from elsewhere may make us hold in memory; `writeTable` stays well below them. */
const MAX_FOOTER_BYTES = 1 << 25;
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
      const rows = Number(group.num_rows);
      if (!(rows >= 0 && rows <= MAX_GROUP_ROWS))
        throw fail(`a row group of ${rows} rows, expected at most ${MAX_GROUP_ROWS}`);
      let limit = MAX_GROUP_VALUES;
      const cells: Cell[][] = [];
      for (const [i, column] of columns.entries()) {
        const chunk = group.columns[i]?.meta_data;
        if (!chunk) throw fail(`column ${column.name}: missing from a row group`);
        const values = Number(chunk.num_values);
        limit -= values;
        if (!(values >= 0 && limit >= 0))
          throw fail(`a row group of more than ${MAX_GROUP_VALUES} numbers`);
        const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
        const bytes = Number(chunk.total_compressed_size);
        if (!(bytes <= 8 * values + 65_536)) throw fail(`column ${column.name}: chunk too large`);
        try {
          const pages = await file.read(start, bytes);
          cells.push(decodeChunk(pages, column, { codec: chunk.codec, rows, limit: values }));
        } catch (cause) {
          throw fail(`column ${column.name}: cannot be read: ${(cause as Error).message}`, cause);
        }
      }
      if (rows > 0) yield toRows(table, columns, cells, firstRow, fail);
      firstRow += rows;
    }
    if (firstRow !== Number(metadata.num_rows))
      throw fail(`found ${firstRow} rows, expected ${metadata.num_rows}`);
  } finally {
    await file.close();
  }
}

type Fail = (reason: string, cause?: unknown) => BundleError;

type Source = {
  name: string;
  bytes: number;
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
};

async function openSource(source: string | Uint8Array, fallbackName: string): Promise<Source> {
  const checkRange = (start: number, length: number, bytes: number) => {
    if (!(start >= 0 && length >= 0 && start + length <= bytes))
      throw new Error(`bytes ${start} to ${start + length} of a file of ${bytes}`);
  };
  if (typeof source !== "string")
    return {
      name: fallbackName,
      bytes: source.length,
      read: async (start, length) => {
        checkRange(start, length, source.length);
        return source.subarray(start, start + length);
      },
      close: async () => {},
    };
  const name = basename(source);
  const handle = await open(source).catch((cause: NodeJS.ErrnoException) => {
    throw new BundleError(`${name}: ${cause.code === "ENOENT" ? "missing" : "cannot be read"}`, {
      cause,
    });
  });
  const { size } = await handle.stat();
  return {
    name,
    bytes: size,
    read: async (start, length) => {
      checkRange(start, length, size);
      const buffer = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const { bytesRead } = await handle.read(buffer, at, length - at, start + at);
        if (bytesRead === 0) throw new Error("the file ends too early");
        at += bytesRead;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
}

async function readFooter(file: Source, fail: Fail): Promise<FileMetaData> {
  if (file.bytes < 12) throw fail(`${file.bytes} bytes are too few for a Parquet file`);
  const tail = await file.read(file.bytes - 8, 8);
  if (new TextDecoder().decode(tail.subarray(4)) !== "PAR1")
    throw fail("does not end as a Parquet file; is it cut off?");
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true) + 8;
  if (length > file.bytes || length > MAX_FOOTER_BYTES)
    throw fail(`a footer of ${length} bytes, expected at most ${MAX_FOOTER_BYTES}`);
  const footer = await file.read(file.bytes - length, length);
  try {
    return parquetMetadata(footer, { geoparquet: false });
  } catch (cause) {
    throw fail(`its footer cannot be read: ${(cause as Error).message}`, cause);
  }
}

function checkSchema(found: SchemaElement[], columns: Column[], fail: Fail): void {
  const names = topLevel(found);
  for (const { name } of columns) if (!names.includes(name)) throw fail(`column ${name}: missing`);
  for (const name of names)
    if (!columns.some((column) => column.name === name))
      throw fail(`column ${name}: found, expected only ${columns.map((c) => c.name).join(", ")}`);
  if (names.join() !== columns.map((column) => column.name).join())
    throw fail(`columns in the order ${names.join(", ")}`);
  let at = 0;
  let name = "";
  for (const expected of parquetSchema(columns)) {
    const element = found[at++];
    if (at > 1 && expected.name !== "list" && expected.name !== "element") name = expected.name;
    if (at > 1 && describe(element) !== describe(expected))
      throw fail(`column ${name}: found ${describe(element)}, expected ${describe(expected)}`);
  }
}

function topLevel(schema: SchemaElement[]): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const children = schema[at++]?.num_children ?? 0;
    for (let i = 0; i < children && at < schema.length; i++) skip();
  };
  while (at < schema.length) {
    names.push(schema[at].name);
    skip();
  }
  return names;
}

function describe(element: SchemaElement | undefined): string {
  if (!element) return "nothing";
  const type = element.type ?? element.converted_type ?? "group";
  return `${element.repetition_type} ${type}`;
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
