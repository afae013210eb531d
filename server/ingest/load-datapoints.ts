import "server-only";
import { type DatapointFeaturesRecord, tables } from "trainer/bundle";
import { activeLayout, lossesLayout, pack } from "../packed.ts";
import { blocks, isThere, type LoadOptions, type Rows } from "./blocks.ts";
import type { FeatureDatapoints } from "./feature-datapoints.ts";
import { TokensAt } from "./tokens-at.ts";

/** Where the datapoints lie, by their rows. */
export async function datapointPlaces(options: LoadOptions): Promise<TokensAt> {
  const places = new TokensAt();
  let index = 0;
  for await (const block of blocks(options, tables.datapoints))
    for (const datapoint of block) places.expect(index++, datapoint);
  return places;
}

/** Each with its token and, where the bundle holds them, its origin and active features. */
export async function* datapointRows(
  options: LoadOptions,
  places: TokensAt,
  ofFeatures: FeatureDatapoints,
): Rows<"datapoint"> {
  const { revision_id } = options;
  const active = oneByOne(blocks(options, tables.datapoint_features));
  const hasActive = isThere(options, tables.datapoint_features);
  let index = 0;
  try {
    for await (const block of blocks(options, tables.datapoints)) {
      const rows = [];
      for (const record of block) {
        const found = hasActive ? ((await active.next()).value as DatapointFeaturesRecord) : null;
        const { origin = 0 } = found ?? {}; // the only datapoints of older bundles are a sample
        const token_id = places.of(index);
        if (found) ofFeatures.add(index, record.ce_diff, found);
        const packed = found && pack(activeLayout, [found]);
        rows.push({ revision_id, index: index++, token_id, origin, active: packed, ...record });
      }
      yield rows;
    }
  } finally {
    await active.return(undefined); // it would hold its file open
  }
}

export async function* lossesRows(options: LoadOptions): Rows<"context_losses"> {
  const { revision_id } = options;
  for await (const block of blocks(options, tables.losses))
    yield block.map((record) => ({
      revision_id,
      context: record.context,
      losses: pack(lossesLayout, [record]),
    }));
}

async function* oneByOne<Row>(blocks: AsyncIterable<Row[]>): AsyncGenerator<Row, undefined> {
  for await (const block of blocks) yield* block;
  return undefined;
}
