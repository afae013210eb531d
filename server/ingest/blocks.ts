import "server-only";
import { join } from "node:path";
import type { Manifest, Report, Table } from "trainer/bundle";
import { readTable } from "trainer/bundle/files";
import type { RowOf } from "./copy.ts";
import type { Partitioned, partitioned } from "./partitions.ts";

export type LoadOptions = {
  dir: string;
  revision_id: number;
  d_sae: number;
  /** those that the bundle holds */
  files: Manifest["files"];
  report: Report;
  signal: AbortSignal;
};

export type Rows<T extends Partitioned> = AsyncGenerator<RowOf<(typeof partitioned)[T]>[]>;

export function isThere({ files }: LoadOptions, table: Table<unknown>): boolean {
  return Object.hasOwn(files, table.file);
}

/** The rows of a table, some at a time; none of one that the bundle leaves out. */
export async function* blocks<Row>(options: LoadOptions, table: Table<Row>): AsyncGenerator<Row[]> {
  if (!isThere(options, table)) return;
  for await (const block of readTable(join(options.dir, table.file), table)) {
    options.signal.throwIfAborted();
    yield block;
  }
}
