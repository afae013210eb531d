import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Report, UsageError } from "../bundle/index.ts";
import type { HarvestConfig } from "./config.ts";
import { refuseSmallDisk } from "./disk.ts";
import type { ActivationsHeader, Harvested } from "./header.ts";
import { type Chunk, computeChunks, type Origin, type Plan, planHarvest } from "./plan.ts";
import { cutIntoShards, hashOfFinished, writeShard } from "./shards.ts";

export type HarvestInput = Origin & {
  /** gets the shards and, last, activations.json */
  dir: string;
  report: Report;
  /** once it is aborted, its reason is thrown; finished shards stay */
  signal?: AbortSignal;
  /** nothing that is read back depends on it */
  shard_bytes?: number;
};

/** Enough that files are few, little enough that a killed harvest loses seconds. */
const SHARD_BYTES = 1 << 26;

/**
 * Writes the activations of counted tokens at a hook: shards of float32 rows, each whole or absent, with their
 * sha256, and activations.json last. A harvest that was killed goes on after its last whole shard.
 */
export async function harvest(
  config: HarvestConfig,
  input: HarvestInput,
): Promise<ActivationsHeader> {
  const { dir, tokens, report } = input;
  const plan = planHarvest(config, input);
  const harvested = describe(plan, input);
  const total = tokensIn(plan.chunks, tokens.context_size);
  let done = 0;
  const advance = (chunks: Chunk[]) => {
    done += tokensIn(chunks, tokens.context_size);
    report({ stage: "harvest", done, total, unit: "tokens" });
  };

  await mkdir(dir, { recursive: true });
  await begin(dir, harvested);
  const planned = cutIntoShards(plan, input.shard_bytes ?? SHARD_BYTES);
  const finished = new Map<string, string>();
  for (const { file, bytes } of planned) {
    const sha256 = await hashOfFinished(join(dir, file), bytes);
    if (sha256) finished.set(file, sha256);
  }
  const missing = planned.filter(({ file }) => !finished.has(file));
  await refuseSmallDisk(
    dir,
    missing.reduce((sum, { bytes }) => sum + bytes, 0),
  );

  const toCompute = missing.flatMap(({ chunks }) => chunks);
  const computed = computeChunks(plan, toCompute, input);
  const shards: ActivationsHeader["shards"] = [];
  try {
    for (const shard of planned) {
      const { file, bytes, chunks } = shard;
      let sha256 = finished.get(file);
      if (sha256) advance(chunks);
      else sha256 = await writeShard(shard, computed, plan, input, advance);
      shards.push({ file, chunks: chunks.length, bytes, sha256 });
    }
  } finally {
    await computed.return(undefined);
  }
  const rows = plan.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const header: ActivationsHeader = { ...harvested, rows, shards };
  await writeWhole(join(dir, "activations.json"), header);
  await rm(join(dir, BEGUN));
  return header;
}

/** Says what the shards of an unfinished folder hold. */
const BEGUN = "harvest.json";

/** Removes the shards of another harvest that was begun in the folder; those of another engine it does not touch. */
async function begin(dir: string, harvested: Harvested): Promise<void> {
  const path = join(dir, BEGUN);
  if (existsSync(path)) {
    const begun: Harvested = JSON.parse(readFileSync(path, "utf8"));
    const { engine } = harvested;
    if (toJson({ ...begun, engine }) === toJson(harvested)) {
      if (begun.engine === engine) return;
      throw new UsageError(
        `${dir}: this harvest was begun with ${begun.engine} (now ${engine}), and the two round otherwise: go on with that --device, or remove ${path} to begin anew`,
      );
    }
  }
  for (const file of await readdir(dir))
    if (/^(shard-\d{5}\.f32|activations\.json)(\.tmp)?$/.test(file)) await rm(join(dir, file));
  await writeWhole(path, harvested);
}

function describe({ hook_name, d_in, policy, chunks }: Plan, { model, tokens }: Origin): Harvested {
  const { config, weights_sha256, engine } = model;
  return {
    version: 1,
    hook_name,
    d_in,
    model: { id: config.id, weights_sha256 },
    engine,
    tokens_sha256: tokens.header.sha256,
    context_size: tokens.context_size,
    token_policy: policy,
    chunks,
  };
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.tmp`, toJson(value));
  await rename(`${path}.tmp`, path);
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function tokensIn(chunks: Chunk[], context_size: number): number {
  return chunks.reduce((sum, { first, last }) => sum + (last - first) * context_size, 0);
}
