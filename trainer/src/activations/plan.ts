import { type TokenPolicy, UsageError } from "../bundle/index.ts";
import { hookWidth } from "../model/hook-names.ts";
import type { Model } from "../model/model.ts";
import { Random } from "../tensor/random.ts";
import type { TokenFile } from "../text/token-file.ts";
import type { HarvestConfig } from "./config.ts";
import { type Dtype, extensions } from "./dtype.ts";
import { countedPositions, countOf, toTokenPolicy } from "./policy.ts";

/** What activations are computed from. */
export type Origin = {
  model: Pick<Model, "config" | "weights_sha256" | "engine" | "hooks">;
  tokens: Omit<TokenFile, "close">;
};

/** Of what: the settings that all hooks in one folder have in common. */
export type HarvestSettings = Omit<HarvestConfig, "hook_name" | "hook_name_out">;

/** Contexts that go through the model together, and how many of their tokens are counted. */
export type Chunk = { first: number; last: number; rows: number };

export type Hook = { hook_name: string; width: number };

/**
 * Which contexts are harvested, cut into chunks: the same for every hook, and whether they are kept on disk or
 * computed when asked for.
 */
export type Plan = {
  hooks: Hook[];
  policy: TokenPolicy;
  dtype: Dtype;
  /** in the order in which they are computed and kept: a random one, so that any part is a sample of the text */
  chunks: Chunk[];
  /** all of `chunks`, in order */
  shards: Shard[];
  /** the start of the text's held-out contexts */
  held_out: Shard;
};

/** Chunks that are kept in one file for each hook. */
export type Shard = { file: string; chunks: Chunk[]; rows: number };

/** Counted tokens of held-out text that are kept beside the shards, or as many as there are. */
export const HELD_OUT_ROWS = 4096;

/** Rows of a shard: enough that files are few, few enough that a killed harvest loses seconds. */
const SHARD_ROWS = 1 << 15;

export function planHarvest(
  settings: HarvestSettings,
  hook_names: string[],
  { model, tokens }: Origin,
  shard_rows = SHARD_ROWS,
): Plan {
  const dtype = settings.activation_dtype;
  const policy = toTokenPolicy(settings, tokens.header.special_ids);
  const cut = (from: number, to: number, most?: number) =>
    cutIntoChunks(from, to, settings.harvest_batch_tokens, tokens, policy, most);
  const chunks = new Random(0, "blocks").shuffle(cut(...contextRange(settings, tokens)));
  const heldOut = cut(0, tokens.held_out_contexts, HELD_OUT_ROWS);
  return {
    hooks: hook_names.map((hook_name) => ({
      hook_name,
      width: hookWidth(hook_name, model.config),
    })),
    policy,
    dtype,
    chunks,
    shards: cutIntoShards(chunks, shard_rows, extensions[dtype]),
    held_out: {
      file: `held-out.${extensions[dtype]}`,
      chunks: heldOut,
      rows: Math.min(rowsOf(heldOut), HELD_OUT_ROWS),
    },
  };
}

export function rowsOf(chunks: Chunk[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0);
}

/** Contexts [from, to), or as many of them as it takes to have `most` rows; the last chunk may have more. */
function cutIntoChunks(
  from: number,
  to: number,
  batch_tokens: number,
  { context_size, contexts }: Origin["tokens"],
  policy: TokenPolicy,
  most = Number.POSITIVE_INFINITY,
): Chunk[] {
  const perChunk = Math.max(1, Math.floor(batch_tokens / context_size));
  const chunks: Chunk[] = [];
  for (let first = from, rows = 0; first < to && rows < most; first += perChunk) {
    const last = Math.min(first + perChunk, to);
    const counted = countOf(countedPositions(contexts(first, last), context_size, policy));
    chunks.push({ first, last, rows: counted });
    rows += counted;
  }
  return chunks;
}

function cutIntoShards(chunks: Chunk[], shard_rows: number, extension: string): Shard[] {
  const shards: Shard[] = [];
  for (const chunk of chunks) {
    if ((shards.at(-1)?.rows ?? Infinity) >= shard_rows) {
      const file = `shard-${String(shards.length).padStart(5, "0")}.${extension}`;
      shards.push({ file, chunks: [], rows: 0 });
    }
    const shard = shards[shards.length - 1];
    shard.chunks.push(chunk);
    shard.rows += chunk.rows;
  }
  return shards;
}

function contextRange(
  { harvest_tokens }: HarvestSettings,
  { context_size, n_contexts, held_out_contexts: first }: Origin["tokens"],
): [number, number] {
  const asked = harvest_tokens && Math.ceil(harvest_tokens / context_size);
  const there = n_contexts - first;
  if (asked && asked > there)
    throw new UsageError(
      `the text holds ${there * context_size} tokens beside the ${first * context_size} held out (expected ${harvest_tokens}): give more text, or lower harvest_tokens`,
    );
  return [first, first + (asked ?? there)];
}
