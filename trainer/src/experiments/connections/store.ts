import { join } from "node:path";
import { readTable, writeTable } from "../../bundle/files.ts";
import {
  type ConnectionRecord,
  type ConnectionSource,
  experiments,
  tables,
} from "../../bundle/index.ts";
import { addSection } from "../add-section.ts";
import type { Connected } from "./connector.ts";

/** Puts a source's section and rows into a sealed bundle, in place of the one of its name; `before` are those that stay. */
export async function storeConnections(
  bundle: string,
  before: ConnectionSource[],
  source: ConnectionSource,
  rows: Connected[],
): Promise<void> {
  const found = before.findIndex(({ name }) => name === source.name);
  const place = found < 0 ? before.length : found;
  const sources = [...before];
  sources[place] = source;
  const { config, held_out_tokens: tokens } = source;
  const seed = config.seed as number;
  const section = {
    formula_version: experiments.connections.formula_version,
    seed,
    tokens,
    config,
    sources,
  };
  const path = (dir: string) => join(dir, tables.connections.file);
  await addSection(bundle, "connections", {
    section,
    async write(next) {
      const others = before.length > 0 ? readTable(path(bundle), tables.connections) : [];
      await writeTable(path(next), tables.connections, replaced(others, place, rows));
    },
  });
}

/** All rows in order of their source, with `rows` as those of the source at `place`. */
async function* replaced(
  blocks: AsyncIterable<ConnectionRecord[]> | Iterable<ConnectionRecord[]>,
  place: number,
  rows: Connected[],
): AsyncGenerator<ConnectionRecord> {
  const own = rows.map((row) => ({ from: place, ...row }));
  let isWritten = false;
  for await (const block of blocks)
    for (const row of block) {
      if (row.from > place && !isWritten) {
        yield* own;
        isWritten = true;
      }
      if (row.from !== place) yield row;
    }
  if (!isWritten) yield* own;
}
