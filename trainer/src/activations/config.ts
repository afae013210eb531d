import { z } from "zod";

export const harvestConfig = z.object({
  hook_name: z
    .string()
    .default("blocks.3.hook_resid_post")
    .describe("where in the model activations are taken, by TransformerLens' names"),
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
});
export type HarvestConfig = z.infer<typeof harvestConfig>;
