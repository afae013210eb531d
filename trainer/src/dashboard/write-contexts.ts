import { join } from "node:path";
import { readTable, writeTable } from "../bundle/files.ts";
import { type ContextRecord, tables } from "../bundle/index.ts";
import type { TokenFile } from "../text/token-file.ts";

/**
 * Writes contexts.parquet: the contexts in `used`, as those of examples, and those of the datapoints in `dir`, in order;
 * behind them `others`, which are not of the token file.
 */
export async function writeContexts(
  dir: string,
  tokens: Pick<TokenFile, "contexts">,
  used: Set<number>,
  others: Iterable<ContextRecord> = [],
): Promise<void> {
  for await (const block of readTable(join(dir, tables.datapoints.file), tables.datapoints))
    for (const { context } of block) used.add(context);
  function* rows(): Generator<ContextRecord> {
    for (const context of [...used].sort((a, b) => a - b))
      yield { context, tokens: Array.from(tokens.contexts(context, context + 1)) };
    yield* others;
  }
  await writeTable(join(dir, tables.contexts.file), tables.contexts, rows());
}
