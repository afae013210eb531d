import "server-only";
import { z } from "zod";
import type { Comparison } from "@/lib/views.ts";
import { dictionarySummary, jobView } from "./schemas.ts";

/* What comparisons answer; see schemas.ts. */

const compared = dictionarySummary.extend({ config: z.record(z.string(), z.unknown()) });

const feature = z.object({
  index: z.int(),
  top_token: z.string().nullable(),
  density: z.number(),
});

export const comparison = z.object({
  a: compared,
  b: compared,
  refusal: z.string().nullable().describe("why their directions cannot be compared"),
  job: z
    .object({
      state: jobView.shape.state,
      done: z.int(),
      total: z.int(),
      error: z.string().nullable(),
    })
    .nullable()
    .describe("null: nobody has asked for it yet"),
  matching: z
    .object({
      mmcs_a: z.number().describe("mean over a's features of the largest cosine with any of b's"),
      mmcs_b: z.number(),
      only_a: z.int().describe("features whose largest cosine is below the threshold"),
      only_b: z.int(),
      pairs: z.int(),
      alike: z.int().describe("pairs whose cosine is at least the threshold"),
      bins_a: z.array(z.int()).describe("by largest cosine, in equal bins over [-1, 1]"),
      bins_b: z.array(z.int()),
      rows: z.array(z.object({ a: feature.nullable(), b: feature.nullable(), cosine: z.number() })),
      total: z.int(),
    })
    .nullable(),
}) satisfies z.ZodType<Comparison>;

export const requestedComparison = z.object({
  address: z.string().describe("the page that shows it"),
});
