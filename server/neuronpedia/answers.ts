import "server-only";
import { activationRow, neuronRow } from "trainer/bundle";
import { z } from "zod";

/*
 * What is answered at Neuronpedia's addresses: all of its keys. What the hub does not have is what is written
 * as a literal here (docs/api-compat.md says why).
 */

const text = z.string();
const visibility = z.enum(["PUBLIC", "UNLISTED", "PRIVATE"]);
const nothing = z.null();
const no = z.array(z.never());

const model = z.object({
  id: text,
  displayNameShort: text,
  displayName: text,
  creatorId: z.literal(""),
  tlensId: text.nullable(),
  dimension: z.int(),
  thinking: z.literal(false),
  visibility: z.literal("PUBLIC"),
  defaultSourceSetName: nothing,
  defaultSourceId: nothing,
  inferenceEnabled: z.literal(true),
  instruct: z.literal(false),
  layers: z.int(),
  neuronsPerLayer: z.literal(0),
  createdAt: text,
  owner: text,
  updatedAt: text,
  website: nothing,
});

const source = z.object({
  id: text,
  modelId: text,
  hasDashboards: z.literal(true),
  inferenceEnabled: z.literal(true),
  saelensConfig: z.looseObject({}).describe("cfg.json"),
  saelensRelease: nothing,
  saelensSaeId: nothing,
  hfRepoId: text.nullable(),
  hfFolderId: text.nullable(),
  visibility,
  defaultOfModelId: nothing,
  setName: text,
  creatorId: text,
  hasUmap: z.literal(true),
  hasUmapLogSparsity: z.literal(true),
  hasUmapClusters: z.literal(false),
  num_prompts: z.int().nullable(),
  num_tokens_in_prompt: z.int(),
  dataset: text,
  notes: text,
  cosSimMatchModelId: nothing,
  cosSimMatchSourceId: nothing,
  createdAt: text,
});

const sourceSet = z.object({
  modelId: text,
  name: text,
  hasDashboards: z.literal(true),
  allowInferenceSearch: z.literal(true),
  visibility,
  description: text,
  type: z.literal(""),
  creatorName: text,
  urls: no,
  creatorEmail: nothing,
  creatorId: text,
  releaseName: nothing,
  defaultOfModelId: nothing,
  defaultRange: z.literal(1),
  defaultShowBreaks: z.literal(true),
  showDfa: z.literal(false),
  showCorrelated: z.literal(false),
  showHeadAttribution: z.literal(false),
  showUmap: z.literal(true),
  createdAt: text,
});

const explanation = z.object({
  id: text,
  description: text,
  explanationModelName: nothing,
  typeName: z.literal("human"),
  scores: no,
  triggeredByUser: z.object({ id: text, name: text }).nullable(),
});

const of = { modelId: text, layer: text, index: text };

const listed = z.object({
  ...of,
  listId: text,
  description: text,
  addedAt: text,
  userId: text,
  list: z.object({
    id: text,
    name: text,
    description: text,
    defaultTestText: nothing,
    userId: text,
    createdAt: text,
    updatedAt: text,
  }),
});

const comment = z.object({
  id: text,
  ...of,
  text,
  userId: text,
  createdAt: text,
  user: z.object({ name: text }),
});

const neuron = neuronRow.extend({ activations: z.array(activationRow) });

export const featureAnswer = neuron.extend({
  model,
  source,
  sourceSet,
  creator: z.object({ name: text }),
  lists: z.array(listed),
  comments: z.array(comment),
  explanations: z.array(explanation),
});

export const activationsAnswer = z.array(activationRow);

const along = activationRow
  .pick({ tokens: true, values: true, maxValue: true, minValue: true, modelId: true, layer: true })
  .extend(
    activationRow.pick({
      index: true,
      creatorId: true,
      dataIndex: true,
      dataSource: true,
      maxValueTokenIndex: true,
      createdAt: true,
      dfaValues: true,
      dfaTargetIndex: true,
      dfaMaxValue: true,
    }).shape,
  );
export const activationNewAnswer = z.union([along, z.array(along)]);

export const activationSourceAnswer = z.object({
  results: z.array(
    z.object({
      tokens: z.array(text),
      activeFeatures: z
        .record(text, z.array(z.array(z.number()).length(2)))
        .describe("by index: a token's place, and the activation there"),
    }),
  ),
});

const found = neuron.extend({ model, explanations: z.array(explanation) });

export const searchAllAnswer = z.object({
  tokens: z.array(text),
  result: z.array(
    z.object({
      ...of,
      values: z.array(z.number()),
      maxValue: z.number(),
      maxValueIndex: z.int(),
      neuron: found,
    }),
  ),
  counts: z.array(z.array(z.int())).describe("by source and token: active features"),
  sortIndexes: z.array(z.int()),
});

export const searchTopkAnswer = z.object({
  source: text,
  results: z.array(
    z.object({
      position: z.int(),
      token: text,
      topFeatures: z.array(
        z.object({ activationValue: z.number(), featureIndex: z.int(), feature: found }),
      ),
    }),
  ),
});

export const explanationsAnswer = z.object({
  request: z.looseObject({ query: text, offset: z.int() }),
  results: z.array(
    z.object({
      ...of,
      description: text,
      explanationModelName: nothing,
      typeName: z.literal("human"),
      cosine_similarity: nothing,
      maxActApprox: z.number(),
      frac_nonzero: z.number(),
      neuron: neuron.optional(),
    }),
  ),
  resultsCount: z.int(),
  hasMore: z.boolean(),
  nextOffset: z.int().optional(),
});

const named = z.object({ model: text, source: text, index: z.int() });
export const cossimAnswer = z.object({
  feature: named,
  topkDecoderCossimFeatures: z.array(z.object({ feature: named, cosineSimilarity: z.number() })),
});

export const umapAnswer = z.record(
  text,
  z.array(
    z.object({
      id: text,
      layer: text,
      index: text,
      description: text,
      umap_cluster: nothing,
      umap_x: z.number(),
      umap_y: z.number(),
      umap_log_feature_sparsity: z.number(),
    }),
  ),
);
