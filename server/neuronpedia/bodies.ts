import "server-only";
import { z } from "zod";
import { MOST_CHARACTERS, MOST_DICTIONARIES } from "@/lib/try-query.ts";

/*
 * What Neuronpedia's own programs send. Keys that it knows and that change nothing here are let pass.
 */

const name = z.string().min(1).max(200);
const index = z
  .union([z.string().regex(/^\d{1,9}$/), z.int().nonnegative()])
  .transform(String)
  .describe("of the feature; a number or its digits");
const text = z.string().min(1).max(MOST_CHARACTERS);
const customText = z
  .union([text, z.array(text).min(1).max(4)])
  .describe("a text, or at most four, each with an answer of its own");
const source = name.describe("a dictionary's name, or {layer}-{name}");
const densityThreshold = z
  .union([z.literal(-1), z.number().gt(0).lt(1)])
  .describe("features that fire on a larger share of tokens are left out; -1: none are");

export const named = z.object({ modelId: name, source, index });

export const activationNewBody = z.object({
  feature: named,
  customText,
  ignoreBos: z.boolean().default(false).describe("leaves out the token that opens the text"),
});

export const activationSourceBody = z.object({ modelId: name, source, customText });

export const searchAllBody = z.object({
  modelId: name,
  sourceSet: name.describe("a dictionary, if selectedLayers names none"),
  text,
  selectedLayers: z.array(source).max(MOST_DICTIONARIES).default([]),
  sortIndexes: z
    .array(z.int().nonnegative())
    .max(1024)
    .default([])
    .describe("tokens whose activations are summed to sort by; none: by the largest of all"),
  ignoreBos: z.boolean().default(true),
  densityThreshold: densityThreshold.default(-1),
  numResults: z.int().min(1).max(100).default(50),
});
export type SearchAllBody = z.output<typeof searchAllBody>;

export const searchTopkBody = z.object({
  modelId: name,
  source,
  text,
  numResults: z.int().min(1).max(20).default(10),
  ignoreBos: z.boolean().default(true),
  densityThreshold: densityThreshold.default(0.01),
});
export type SearchTopkBody = z.output<typeof searchTopkBody>;

export const cossimBody = named.extend({ targetModelId: name, targetSourceId: source });
export type CossimBody = z.output<typeof cossimBody>;

export const umapBody = z.object({
  modelId: name,
  layers: z.array(source).min(1).max(MOST_DICTIONARIES),
});

const words = {
  query: z.string().min(3).max(200),
  offset: z.int().nonnegative().max(10_000).default(0),
};
export const explanationBodies = {
  all: z.object(words),
  model: z.object({ modelId: name, ...words }),
  release: z.object({ releaseName: name.describe("a dictionary's name, of any model"), ...words }),
  layers: z.object({ modelId: name, layers: z.array(source).min(1).max(100), ...words }),
};
