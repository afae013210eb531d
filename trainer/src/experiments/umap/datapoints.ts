import { join } from "node:path";
import { readTable, writeTable } from "../../bundle/files.ts";
import { type DatapointRecord, datapointOrigins, tables } from "../../bundle/index.ts";
import type { SparseActs } from "../../sae/sparse-acts.ts";

/** The datapoints of a bundle, with what is active at them. */
export type StoredDatapoints = {
  datapoints: DatapointRecord[];
  acts: SparseActs;
  /** 1 where a datapoint is of the uniform sample */
  sampled: Uint8Array;
};

export async function readDatapoints(bundle: string): Promise<StoredDatapoints> {
  const datapoints: DatapointRecord[] = [];
  for await (const block of readTable(join(bundle, tables.datapoints.file), tables.datapoints))
    datapoints.push(...block);
  const n = datapoints.length;
  const offsets = new Int32Array(n + 1);
  const sampled = new Uint8Array(n);
  const blocks: { features: Int32Array; values: Float32Array }[] = [];
  let row = 0;
  const path = join(bundle, tables.datapoint_features.file);
  for await (const block of readTable(path, tables.datapoint_features)) {
    blocks.push({
      features: Int32Array.from(block.flatMap(({ features }) => features)),
      values: Float32Array.from(block.flatMap(({ activations }) => activations)),
    });
    for (const { origin, features } of block) {
      sampled[row] = datapointOrigins[origin] === "sample" ? 1 : 0;
      offsets[row + 1] = offsets[row] + features.length;
      row++;
    }
  }
  const features = new Int32Array(offsets[n]);
  const values = new Float32Array(offsets[n]);
  let at = 0;
  for (const block of blocks) {
    features.set(block.features, at);
    values.set(block.values, at);
    at += block.features.length;
  }
  return { datapoints, acts: { n, offsets, features, values }, sampled };
}

/** Puts places [which.length, 2] into umap_x and umap_y of datapoints.parquet; those not in `which` have none. */
export async function writePlaces(
  dir: string,
  datapoints: DatapointRecord[],
  which: Int32Array,
  places: Float32Array,
): Promise<void> {
  const placed = datapoints.map(
    (one) => ({ ...one, umap_x: null, umap_y: null }) as DatapointRecord,
  );
  for (const [at, row] of which.entries()) {
    placed[row].umap_x = places[2 * at];
    placed[row].umap_y = places[2 * at + 1];
  }
  await writeTable(join(dir, tables.datapoints.file), tables.datapoints, placed);
}
