import { z } from "zod";
import { sha256Hex, tokenPolicy } from "../bundle/index.ts";

const count = z.int().nonnegative();

/** What was harvested from what; the same for the whole of a folder. */
export const harvested = z.object({
  version: z.literal(1),
  hook_name: z.string(),
  d_in: z.int().positive(),
  model: z.object({ id: z.string(), weights_sha256: sha256Hex }),
  /** what ran the model: the last bits of the activations are its own */
  engine: z.string(),
  /** of the token file */
  tokens_sha256: sha256Hex,
  context_size: z.int().positive(),
  token_policy: tokenPolicy,
  /** contexts [first, last) of the token file, and how many rows they gave */
  chunks: z.array(z.object({ first: count, last: count, rows: count })),
});
export type Harvested = z.infer<typeof harvested>;

/** activations.json: what stands beside the shards; written last, by rename. */
export const activationsHeader = harvested.extend({
  rows: count,
  /** float32, little endian, row after row; `chunks` are so many of the chunks, in order */
  shards: z.array(
    z.object({
      file: z.string().regex(/^shard-\d{5}\.f32$/),
      chunks: z.int().positive(),
      bytes: count,
      sha256: sha256Hex,
    }),
  ),
});
export type ActivationsHeader = z.infer<typeof activationsHeader>;
