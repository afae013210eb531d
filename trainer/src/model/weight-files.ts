import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BundleError } from "../bundle/errors.ts";
import { readSafetensors, type Safetensors } from "../tensor/safetensors.ts";

/** A safetensors file of a model. */
export type WeightFile = { name: string; path: string; file: Safetensors };

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/** Opens model.safetensors, or the shards that model.safetensors.index.json lists, in the order of their names. */
export async function openWeightFiles(dir: string): Promise<WeightFile[]> {
  if (existsSync(join(dir, SINGLE))) return openAll(dir, [SINGLE]);
  if (!existsSync(join(dir, INDEX))) throw await noWeights(dir);
  const shardOf = readIndex(join(dir, INDEX));
  const files = openAll(dir, [...new Set(shardOf.values())].sort());
  const found = files.flatMap(({ name, file }) => file.names.map((tensor) => [tensor, name]));
  const [extra] = found.find(([tensor, shard]) => shardOf.get(tensor) !== shard) ?? [];
  const inShards = new Set(found.map(([tensor]) => tensor));
  const missing = [...shardOf.keys()].find((tensor) => !inShards.has(tensor));
  if (extra === undefined && missing === undefined) return files;
  closeFiles(files);
  throw new BundleError(
    missing === undefined
      ? `${join(dir, INDEX)}: tensor ${extra} is in another file than the index says`
      : `${join(dir, INDEX)}: tensor ${missing} is not in ${shardOf.get(missing)}, as the index says`,
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

/** Names of files that lie beside the index, and nowhere else. */
const shardName = z.string().regex(/^[\w-][\w.-]*\.safetensors$/, {
  error: ({ input }) =>
    `${JSON.stringify(input)} (expected the name of a .safetensors file beside it)`,
});
const indexFile = z.object({ weight_map: z.record(z.string(), shardName) });

function readIndex(path: string): Map<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new BundleError(`${path}: not JSON`, { cause });
  }
  const parsed = indexFile.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data.weight_map));
  const [{ path: keys, message }] = parsed.error.issues;
  throw new BundleError(`${path}: ${keys.join(".") || "the whole"}: ${message}`);
}

/** Files of pickled Python objects are programs; only Python may read them. */
async function noWeights(dir: string): Promise<BundleError> {
  const names = await readdir(dir);
  if (!names.some((name) => /^pytorch_model.*\.bin$/.test(name)))
    return new BundleError(`${join(dir, SINGLE)}: there is no such file (nor ${INDEX})`);
  return new BundleError(
    `${dir}: the weights are in pytorch_model.bin only (expected ${SINGLE}). In Python, with torch and safetensors:

from glob import glob; from torch import load; from safetensors.torch import save_file
dir = ${JSON.stringify(dir)}
save_file({k: v.clone().contiguous() for f in sorted(glob(dir + "/pytorch_model*.bin")) for k, v in load(f, "cpu", weights_only=True).items()}, dir + "/${SINGLE}")
`,
  );
}
