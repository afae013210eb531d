import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Writes a gzipped file of JSON lines, each row made when it is written. */
export async function writeGzipLines<Row>(
  path: string,
  rows: Row[],
  toColumns: (row: Row) => object,
): Promise<void> {
  function* lines() {
    for (const row of rows) yield lineOf(toColumns(row));
  }
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(path, { flags: "wx" }));
}

export function lineOf(row: object): string {
  return `${JSON.stringify(row)}\n`;
}
