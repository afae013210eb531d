import { type TokenPolicy, UsageError } from "../bundle/index.ts";
import { hookWidth } from "../model/hook-names.ts";
import type { Model } from "../model/model.ts";
import type { TokenFile } from "../text/token-file.ts";
import type { HarvestConfig } from "./config.ts";
import { countedPositions, countedRows, countOf, toTokenPolicy } from "./policy.ts";

/** What activations are computed from. */
export type Origin = {
  model: Pick<Model, "config" | "weights_sha256" | "engine" | "activations">;
  tokens: Omit<TokenFile, "close">;
};

/** Contexts that go through the model together, and how many of their tokens are counted. */
export type Chunk = { first: number; last: number; rows: number };

/** Which contexts are harvested, cut into chunks: the same whether they are kept on disk or computed when asked for. */
export type Plan = { hook_name: string; d_in: number; policy: TokenPolicy; chunks: Chunk[] };

export function planHarvest(config: HarvestConfig, { model, tokens }: Origin): Plan {
  const { context_size } = tokens;
  const policy = toTokenPolicy(config, tokens.header.special_ids);
  const [first, last] = contextRange(config, tokens);
  const perChunk = Math.max(1, Math.floor(config.harvest_batch_tokens / context_size));
  const chunks: Chunk[] = [];
  for (let at = first; at < last; at += perChunk) {
    const end = Math.min(at + perChunk, last);
    const mask = countedPositions(tokens.contexts(at, end), context_size, policy);
    chunks.push({ first: at, last: end, rows: countOf(mask) });
  }
  const { hook_name } = config;
  return { hook_name, d_in: hookWidth(hook_name, model.config), policy, chunks };
}

/** The activations of a chunk's counted tokens [rows, d_in]. */
export async function computeChunk(
  { hook_name, policy }: Plan,
  { first, last }: Chunk,
  { model, tokens }: Origin,
): Promise<Float32Array> {
  const ids = tokens.contexts(first, last);
  const x = await model.activations(ids, last - first, hook_name);
  return countedRows(x, countedPositions(ids, tokens.context_size, policy)).data;
}

/** The activations of each chunk, in order; while one is used, the next is computed. Done when the model is idle. */
export async function* computeChunks(
  plan: Plan,
  chunks: Chunk[],
  origin: Origin,
): AsyncGenerator<Float32Array, undefined> {
  const begin = (i: number) => {
    const computed = i < chunks.length ? computeChunk(plan, chunks[i], origin) : undefined;
    computed?.catch(() => {}); // seen when it is this chunk's turn
    return computed;
  };
  let next = begin(0);
  try {
    for (let i = 1; next; i++) {
      const x = await next;
      next = begin(i);
      yield x;
    }
  } finally {
    await next?.catch(() => {});
  }
}

function contextRange(config: HarvestConfig, tokens: Origin["tokens"]): [number, number] {
  const { context_size, n_contexts, held_out_contexts: first } = tokens;
  const asked = config.harvest_tokens && Math.ceil(config.harvest_tokens / context_size);
  const there = n_contexts - first;
  if (asked && asked > there)
    throw new UsageError(
      `the text holds ${there * context_size} tokens beside the ${first * context_size} held out (expected ${config.harvest_tokens}): give more text, or lower harvest_tokens`,
    );
  return [first, first + (asked ?? there)];
}
