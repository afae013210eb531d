import { readFileSync } from "node:fs";
import { z } from "zod";
import { BundleError } from "../bundle/errors.ts";

/** What a model's folder calls the list of its shards, when its weights are in several files. */
export const SHARD_INDEX = "model.safetensors.index.json";

const shardIndex = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The file that holds each tensor, by the tensor's name; all lie beside the index. */
export function readShardIndex(path: string): Map<string, string> {
  const { success, data } = shardIndex.safeParse(parse(path));
  if (!success)
    throw new BundleError(
      `${path}: expected an object "weight_map" of tensor names and their files`,
    );
  const shards = new Map(Object.entries(data.weight_map));
  for (const [tensor, file] of shards)
    if (!/^[\w.-]+\.safetensors$/.test(file))
      throw new BundleError(
        `${path}: tensor ${tensor} is said to be in ${JSON.stringify(file)} (expected the name of a .safetensors file beside it)`,
      );
  if (shards.size === 0) throw new BundleError(`${path}: "weight_map" names no tensor`);
  return shards;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new BundleError(`${path}: not JSON`, { cause });
  }
}
