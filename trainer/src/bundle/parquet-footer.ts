import type { FileMetaData, SchemaElement } from "hyparquet";
import { parquetMetadata } from "hyparquet";
import type { BundleError } from "./errors.ts";
import type { Source } from "./source.ts";

const MAX_FOOTER_BYTES = 1 << 25;

/** The error that names the file. */
export type Fail = (reason: string, cause?: unknown) => BundleError;

/** What stands at a Parquet file's end: its schema, and where each row group's columns lie. */
export async function readFooter(file: Source, fail: Fail): Promise<FileMetaData> {
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

/** The elements of a Parquet schema, each top-level one with those within it. */
export function topLevel(schema: SchemaElement[]): SchemaElement[][] {
  let at = 1;
  const take = (): SchemaElement[] => {
    const element = schema[at++];
    const within: SchemaElement[] = [];
    for (let i = 0; i < (element.num_children ?? 0) && at < schema.length; i++)
      within.push(...take());
    return [element, ...within];
  };
  const found: SchemaElement[][] = [];
  while (at < schema.length) found.push(take());
  return found;
}
