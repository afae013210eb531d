import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { BundleError } from "../bundle/errors.ts";
import { familyOf, parseModelConfig } from "./config.ts";
import type { EngineInput } from "./engine.ts";
import { type OpenOptions, openWeights } from "./weights.ts";

/** What a folder of config.json and *.safetensors holds, checked; `id` is the folder's name unless given. */
export async function openModel(
  dir: string,
  { id = basename(resolve(dir)), ...options }: OpenOptions & { id?: string } = {},
): Promise<EngineInput> {
  const path = join(dir, "config.json");
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new BundleError(`${path}: cannot be read; is it a model's folder?`, { cause });
  });
  const config = parseModelConfig(text, path, id);
  const family = familyOf(config);
  const weights = await openWeights(dir, { family, config }, options);
  return { family, config, weights };
}
