import { join } from "node:path";
import { writeTable } from "../bundle/files.ts";
import {
  type DatapointFeaturesRecord,
  datapointOrigins,
  type LossesRecord,
  tables,
} from "../bundle/index.ts";
import type { Collected, Datapoint } from "./datapoints.ts";

/** Writes datapoints.parquet, datapoint_features.parquet and losses.parquet into a bundle's folder. */
export async function writeDatapoints(dir: string, found: Collected): Promise<void> {
  const { datapoints } = found;
  await writeTable(
    join(dir, tables.datapoints.file),
    tables.datapoints,
    datapoints.map(({ origin: _, features: __, activations: ___, ...record }) => record),
  );
  await writeTable(
    join(dir, tables.datapoint_features.file),
    tables.datapoint_features,
    featureRows(datapoints),
  );
  await writeTable(join(dir, tables.losses.file), tables.losses, lossRows(found));
}

function* featureRows(datapoints: Datapoint[]): Generator<DatapointFeaturesRecord> {
  for (const { context, position, origin, features, activations } of datapoints)
    yield {
      context,
      position,
      origin: datapointOrigins.indexOf(origin),
      features: Array.from(features),
      activations: Array.from(activations),
    };
}

/** One row for each context that a datapoint lies in. */
function* lossRows({ datapoints, losses }: Collected): Generator<LossesRecord> {
  const width = losses.context_size - 1;
  for (const context of new Set(datapoints.map(({ context }) => context))) {
    const of = (ce: Float32Array) =>
      Array.from(ce.subarray(context * width, (context + 1) * width));
    yield { context, ce_clean: of(losses.ce_clean), ce_sae: of(losses.ce_sae) };
  }
}
