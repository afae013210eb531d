import { z } from "zod";
import { dtypes } from "./dtype.ts";

export const harvestConfig = z.object({
  hook_name: z
    .string()
    .default("blocks.3.hook_resid_post")
    .describe("where in the model activations are taken, by TransformerLens' names"),
  hook_name_out: z
    .string()
    .nullable()
    .default(null)
    .describe("of a transcoder: the hook that it predicts; null: an autoencoder of hook_name"),
  harvest_tokens: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("tokens to take activations of; null: all but those held out"),
  exclude_first_position: z
    .boolean()
    .default(true)
    .describe("leave position 0 of every context out of training, measures and examples"),
  exclude_special_tokens: z
    .boolean()
    .default(true)
    .describe("leave the tokenizer's special tokens out of training, measures and examples"),
  harvest_batch_tokens: z
    .int()
    .positive()
    .default(2048)
    .describe("tokens that go through the model at a time"),
  activation_dtype: z
    .enum(dtypes)
    .default("bfloat16")
    .describe(
      "what training's activations are rounded to and kept as: 16 bits take half the disk, and bfloat16's rounding is below a ten-thousandth of what an autoencoder leaves unexplained; measures are taken in float32",
    ),
});
export type HarvestConfig = z.infer<typeof harvestConfig>;

/** The hooks that a configuration trains on; several may be harvested in one pass. */
export function hooksOf({
  hook_name,
  hook_name_out,
}: Pick<HarvestConfig, "hook_name" | "hook_name_out">): string[] {
  return [...new Set([hook_name, hook_name_out ?? hook_name])];
}
