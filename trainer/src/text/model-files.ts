import { existsSync } from "node:fs";
import { join } from "node:path";
import { BundleError } from "../bundle/errors.ts";
import { repoName } from "../hf/repo.ts";
import { readShardIndex, SHARD_INDEX } from "../tensor/shards.ts";
import { conversion } from "./conversion.ts";
import type { ModelSpec } from "./model-spec.ts";

/** What a model is read from beside its weights. */
export const descriptionFiles = ["config.json", "tokenizer.json"];
const WEIGHTS = "model.safetensors";

/** The file of the weights, or of the list of their shards, of a model that has all it needs. */
export function weightsFile(names: string[], spec: ModelSpec): string {
  const name = "folder" in spec ? spec.folder : repoName(spec.repo);
  const has = (file: string) => names.includes(file);
  if (!has("config.json"))
    throw new BundleError(
      `${name}: there is no config.json (expected a model: config.json, tokenizer.json and ${WEIGHTS})`,
    );
  const weights = [WEIGHTS, SHARD_INDEX].find(has);
  const pickle = names.find((file) => /^pytorch_model.*\.bin$/.test(file));
  if (!weights && !pickle)
    throw new BundleError(
      `${name}: there are no weights (expected ${WEIGHTS}, or ${SHARD_INDEX} and what it names)`,
    );
  const tokenizer = ["tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"].find(has);
  if (!tokenizer)
    throw new BundleError(
      `${name}: there is no tokenizer.json (expected that of the model, or of the one that it was made from)`,
    );
  const isFast = tokenizer === "tokenizer.json";
  if (weights && isFast) return weights;
  const lack = weights
    ? `there is no tokenizer.json, only ${tokenizer}, which says less`
    : `its weights are in ${pickle} alone, a pickle, which can run code when it is read (expected ${WEIGHTS})`;
  throw new BundleError(
    `${name}: ${lack}.\n${conversion(spec, { weights: weights !== undefined, tokenizer: isFast })}`,
  );
}

/** Whether all that the model is read from lies in the folder. */
export function isWhole(dir: string): boolean {
  const has = (file: string) => existsSync(join(dir, file));
  if (!descriptionFiles.every(has)) return false;
  return has(WEIGHTS) || (has(SHARD_INDEX) && shardFiles(dir).every(has));
}

/** The files of a whole model. */
export function modelFiles(dir: string): string[] {
  const isOne = existsSync(join(dir, WEIGHTS));
  return [...descriptionFiles, ...(isOne ? [WEIGHTS] : [SHARD_INDEX, ...shardFiles(dir)])];
}

export function shardFiles(dir: string): string[] {
  return [...new Set(readShardIndex(join(dir, SHARD_INDEX)).values())];
}
