import { readFileSync } from "node:fs";
import { z } from "zod";
import { BundleError } from "../bundle/errors.ts";

/** What lists the shards of a model whose weights are in several files. */
export const SHARD_INDEX = "model.safetensors.index.json";

/** Names of files that lie beside the index, and nowhere else. */
const shardName = z.string().regex(/^[\w-][\w.-]*\.safetensors$/, {
  error: ({ input }) =>
    `${JSON.stringify(input)} (expected the name of a .safetensors file beside it)`,
});
const indexFile = z.object({ weight_map: z.record(z.string(), shardName) });

/** The shard that holds each tensor, by the tensor's name. */
export function readShardIndex(path: string): Map<string, string> {
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
