import "server-only";
import { sha256Hex, slug } from "trainer/bundle";
import { z } from "zod";
import { MOST_CHARACTERS, MOST_DICTIONARIES } from "@/lib/try-query.ts";
import type { AblationView, FeatureTryView, TryView } from "@/lib/views.ts";
import { dictionarySummary } from "./schemas.ts";

/*
 * What the API takes and answers of what models and dictionaries compute while the reader waits.
 */

const text = z.string().min(1).max(MOST_CHARACTERS);

export const tryBody = z.object({
  model: slug,
  dictionaries: z
    .array(z.object({ name: slug, revision: sha256Hex.optional() }))
    .min(1)
    .max(MOST_DICTIONARIES)
    .describe("of that model; each at its newest revision unless one is named"),
  text,
  strongest: z
    .int()
    .min(1)
    .max(32)
    .default(8)
    .describe("each token's most active features are named, so many at most"),
  feature: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("one to follow along the text, whether or not it is among them"),
});
export type TryBody = z.output<typeof tryBody>;

export const featureTryBody = z.object({ text });

const byToken = { counted: z.array(z.boolean()).describe("whether the token policy keeps it") };
const mean = z.number().nullable();

export const tryView = z.object({
  model: z.string(),
  tokens: z.array(z.string()).describe("the first opens documents and is not of the text"),
  dictionaries: z.array(
    z.object({
      dictionary: dictionarySummary,
      totals: z.object({
        counted: z.int(),
        predicted: z
          .int()
          .describe("counted tokens that have a next one: what ce_… are means over"),
        l0: mean,
        ce_clean: mean,
        ce_sae: mean,
        ce_diff: mean,
      }),
      ...byToken,
      ce_clean: z
        .array(z.number())
        .describe("next-token cross-entropy at each token but the last, in nats"),
      ce_sae: z.array(z.number()).describe("the same with x̂ spliced in at every counted token"),
      l0: z.array(z.int()),
      strongest: z.array(z.array(z.int())).describe("by token, the most active first"),
      features: z.array(
        z.object({
          index: z.int(),
          positions: z.array(z.int()),
          activations: z.array(z.number()),
          density: z.number(),
          max_activation: z.number(),
          top_token: z.string().nullable(),
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<TryView>;

export const featureTryView = z.object({
  tokens: z.array(z.string()),
  ...byToken,
  activations: z.array(z.number()),
  max_activation: z.number(),
}) satisfies z.ZodType<FeatureTryView>;

export const ablationView = z.object({
  formula_version: z.int(),
  contexts: z.array(
    z.object({
      context: z.int(),
      position: z.int(),
      tokens: z.array(z.string()),
      from: z
        .int()
        .nullable()
        .describe("first position at which the feature is active; before it nothing changes"),
      activations: z.array(z.number()),
      ce_sae: z.array(z.number()),
      ce_without: z.array(z.number()).describe("with x̂ − a_f · d_f at every counted position"),
    }),
  ),
}) satisfies z.ZodType<AblationView>;
