import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "../bundle/errors.ts";
import { readSafetensors, type Safetensors } from "../tensor/safetensors.ts";
import { readShardIndex, SHARD_INDEX } from "../tensor/shards.ts";
import { conversion } from "../text/conversion.ts";

/** A safetensors file of a model. */
export type WeightFile = { name: string; path: string; file: Safetensors };

const SINGLE = "model.safetensors";

/** Opens model.safetensors, or the shards that model.safetensors.index.json lists, in the order of their names. */
export async function openWeightFiles(dir: string): Promise<WeightFile[]> {
  if (existsSync(join(dir, SINGLE))) return openAll(dir, [SINGLE]);
  if (!existsSync(join(dir, SHARD_INDEX))) throw await noWeights(dir);
  const shardOf = readShardIndex(join(dir, SHARD_INDEX));
  const files = openAll(dir, [...new Set(shardOf.values())].sort());
  const found = files.flatMap(({ name, file }) => file.names.map((tensor) => [tensor, name]));
  const [extra] = found.find(([tensor, shard]) => shardOf.get(tensor) !== shard) ?? [];
  const inShards = new Set(found.map(([tensor]) => tensor));
  const missing = [...shardOf.keys()].find((tensor) => !inShards.has(tensor));
  if (extra === undefined && missing === undefined) return files;
  closeFiles(files);
  throw new BundleError(
    missing === undefined
      ? `${join(dir, SHARD_INDEX)}: tensor ${extra} is in another file than the index says`
      : `${join(dir, SHARD_INDEX)}: tensor ${missing} is not in ${shardOf.get(missing)}, as the index says`,
  );
}

export function closeFiles(files: WeightFile[]): void {
  for (const { file } of files) file.close();
}

function openAll(dir: string, names: string[]): WeightFile[] {
  const files: WeightFile[] = [];
  try {
    for (const name of names) {
      const path = join(dir, name);
      if (!existsSync(path))
        throw new BundleError(`${path}: there is no such file; is the download complete?`);
      files.push({ name, path, file: readSafetensors(path) });
    }
    return files;
  } catch (error) {
    closeFiles(files);
    throw error;
  }
}

async function noWeights(dir: string): Promise<BundleError> {
  const names = await readdir(dir);
  if (!names.some((name) => /^pytorch_model.*\.bin$/.test(name)))
    return new BundleError(`${join(dir, SINGLE)}: there is no such file (nor ${SHARD_INDEX})`);
  return new BundleError(
    `${dir}: the weights are in pytorch_model.bin only (expected ${SINGLE}).\n${conversion({ folder: dir }, { weights: false, tokenizer: true })}`,
  );
}
