import { join } from "node:path";
import { readTable } from "../bundle/files.ts";
import { tables } from "../bundle/index.ts";
import { writeContexts } from "../dashboard/write-contexts.ts";
import type { Collected } from "../evaluate/datapoints.ts";
import { writeDatapoints } from "../evaluate/write-datapoints.ts";
import type { TokenFile } from "../text/token-file.ts";

/** Puts other datapoints into a bundle's folder, with their contexts; those of the examples stay. */
export async function replaceDatapoints(
  dir: string,
  collected: Collected,
  tokens: Pick<TokenFile, "contexts">,
): Promise<void> {
  await writeDatapoints(dir, collected);
  const used = new Set<number>();
  for await (const block of readTable(join(dir, tables.examples.file), tables.examples))
    for (const { context } of block) used.add(context);
  await writeContexts(dir, tokens, used);
}
