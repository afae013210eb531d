import "server-only";
import type { ClientBase } from "pg";
import type { Columns } from "./copy.ts";

/** The tables that are partitioned by revision, with the columns that COPY fills. */
export const partitioned = {
  feature: {
    revision_id: "int4",
    index: "int4",
    density: "float4",
    max_activation: "float4",
    nearest_cosine: "float4",
    encoder_decoder_cosine: "float4",
    decoder_norm: "float4",
    umap_x: "float4",
    umap_y: "float4",
    top_token_id: "int4",
    record: "bytea",
    datapoints: "bytea",
  },
  feature_examples: { revision_id: "int4", feature: "int4", examples: "bytea" },
  context: { revision_id: "int4", context: "int4", tokens: "int4[]" },
  datapoint: {
    revision_id: "int4",
    index: "int4",
    context: "int4",
    position: "int4",
    token_id: "int4",
    origin: "int4",
    ce_clean: "float4",
    ce_sae: "float4",
    ce_diff: "float4",
    squared_error: "float4",
    norm_x: "float4",
    norm_x_hat: "float4",
    l0: "int4",
    umap_x: "float4",
    umap_y: "float4",
    active: "bytea",
  },
  context_losses: { revision_id: "int4", context: "int4", losses: "bytea" },
  explained_feature: {
    revision_id: "int4",
    from: "int4",
    feature: "int4",
    variance_explained: "float4",
    variance_explained_relu: "float4",
  },
  connection: {
    revision_id: "int4",
    from: "int4",
    feature: "int4",
    rank: "int4",
    source: "int4",
    weight: "float4",
    relu_weight: "float4",
  },
  token_features: { revision_id: "int4", token_id: "int4", features: "int4", entries: "bytea" },
} as const satisfies Record<string, Columns>;
export type Partitioned = keyof typeof partitioned;

/** The table that holds a revision's rows, also before it is a part of the whole. */
export function partitionName(table: Partitioned, revision_id: number): string {
  return `${table}_r${revision_id}`;
}

/**
 * Makes the table that will be the revision's partition. It stands alone while it is filled, because
 * CREATE TABLE … PARTITION OF would lock every reader of the whole table out until the commit.
 */
export async function createPartition(
  client: ClientBase,
  table: Partitioned,
  revision_id: number,
): Promise<string> {
  const name = partitionName(table, revision_id);
  await client.query(`CREATE TABLE "${name}" (LIKE "${table}" INCLUDING DEFAULTS)`);
  return name;
}

/** Indexes it and makes it a part of the whole, which readers need not wait for. */
export async function attachPartition(
  client: ClientBase,
  table: Partitioned,
  revision_id: number,
): Promise<void> {
  const name = partitionName(table, revision_id);
  await client.query(
    `ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES IN (${revision_id})`,
  );
  await client.query(`ANALYZE "${name}"`);
}

/** Removes what a revision has in a table; readers wait while it goes. */
export async function dropPartition(
  client: ClientBase,
  table: Partitioned,
  revision_id: number,
): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS "${partitionName(table, revision_id)}"`);
}
