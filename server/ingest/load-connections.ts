import "server-only";
import { tables } from "trainer/bundle";
import { blocks, type LoadOptions, type Rows } from "./blocks.ts";

/** How well each feature is explained by each dictionary that it was connected from. */
export async function* explainedRows(options: LoadOptions): Rows<"explained_feature"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.connections))
    yield block.map((record) => ({ revision_id, ...record }));
}

/** A row for each source of each feature, found from either side. */
export async function* connectionRows(options: LoadOptions): Rows<"connection"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.connections))
    yield block.flatMap(({ from, feature, sources, weights, relu_weights }) =>
      sources.map((source, rank) => ({
        revision_id,
        from,
        feature,
        rank,
        source,
        weight: weights[rank] ?? 0,
        relu_weight: relu_weights[rank] ?? 0,
      })),
    );
}
