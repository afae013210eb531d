import { z } from "zod";
import { sha256Hex, tokenPolicy } from "../bundle/index.ts";
import { bytesPerNumber, dtypes } from "./dtype.ts";
import { type Hook, type Origin, type Plan, rowsOf, type Shard } from "./plan.ts";

const count = z.int().nonnegative();

/** What was harvested from what: all that the numbers in a hook's folder depend on. */
export const harvested = z.object({
  version: z.literal(2),
  hook_name: z.string(),
  /** numbers in a row */
  width: z.int().positive(),
  /** little endian, row after row */
  dtype: z.enum(dtypes),
  model: z.object({ id: z.string(), weights_sha256: sha256Hex }),
  /** what ran the model: the last bits of the activations are its own */
  engine: z.string(),
  /** of the token file */
  tokens_sha256: sha256Hex,
  context_size: z.int().positive(),
  token_policy: tokenPolicy,
  /** contexts [first, last) of the token file, in the order of storage, and how many rows they gave */
  chunks: z.array(z.object({ first: count, last: count, rows: count })),
});
export type Harvested = z.infer<typeof harvested>;

const file = z.string().regex(/^(shard-\d{5}|held-out)\.(f32|f16|bf16)$/);
const keptFile = z.object({ file, rows: count, bytes: count, sha256: sha256Hex });
export type KeptFile = z.infer<typeof keptFile>;

/** activations.json: what stands beside the shards; written last, by rename. */
export const activationsHeader = harvested.extend({
  /** of all chunks, though not all may be kept */
  rows: count,
  /** those of `chunks` that are kept, from the first on: so many of them in each shard */
  shards: z.array(keptFile.extend({ chunks: z.int().positive() })),
  held_out: keptFile,
});
export type ActivationsHeader = z.infer<typeof activationsHeader>;

export function describeHarvest(
  { hook_name, width }: Hook,
  { dtype, policy, chunks }: Plan,
  { model, tokens }: Origin,
): Harvested {
  return {
    version: 2,
    hook_name,
    width,
    dtype,
    model: { id: model.config.id, weights_sha256: model.weights_sha256 },
    engine: model.engine,
    tokens_sha256: tokens.header.sha256,
    context_size: tokens.context_size,
    token_policy: policy,
    chunks,
  };
}

export function bytesOf({ rows }: Shard, { width }: Hook, { dtype }: Plan): number {
  return rows * width * bytesPerNumber[dtype];
}

export function toHeader(
  harvested: Harvested,
  shards: ActivationsHeader["shards"],
  held_out: KeptFile,
): ActivationsHeader {
  return { ...harvested, rows: rowsOf(harvested.chunks), shards, held_out };
}
