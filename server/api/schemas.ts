import "server-only";
import {
  architectures,
  datapointOrigins,
  datapointRecord,
  evaluation,
  featureRecord,
  foreignDictionary,
  groupClaim,
  importCheck,
  manifest,
  reportedLine,
  runAnnouncement,
  runStates,
  runStatus,
  sha256Hex,
  slug,
  trainingLine,
} from "trainer/bundle";
import { z } from "zod";
import { datapointQuery } from "@/lib/datapoint-query.ts";
import { windowQuery } from "@/lib/example-window.ts";
import { featureQuery } from "@/lib/feature-query.ts";
import { importAnswer } from "@/lib/import-answer.ts";
import { licenceIds } from "@/lib/licences.ts";
import type {
  DatapointTable,
  DatapointView,
  DictionarySummary,
  DictionaryView,
  ExampleView,
  FeaturePreview,
  FeatureTable,
  FeatureView,
  JobSummary,
  JobView,
  ModelSummary,
  ModelView,
  RunLines,
  RunSummary,
  RunView,
  SelectionView,
  SnippetView,
  StatusView,
  SweepView,
  ToySummary,
} from "@/lib/views.ts";

import { visibilities } from "@/lib/views.ts";
import { MOST_WRITTEN } from "@/lib/written.ts";
import { markdown } from "./written.ts";

/*
 * What the API takes and answers, said once: the routes parse by these schemas, the OpenAPI document is
 * made of them, and the compiler holds them to the types that pages draw.
 */

export const revisionQuery = z.object({
  revision: sha256Hex.optional().describe("sha256 of a revision's manifest; the newest by default"),
});
export const featuresQuery = featureQuery.extend(revisionQuery.shape);
export const datapointsQuery = datapointQuery.extend(revisionQuery.shape);
export const dictionariesQuery = z.object({
  model: z.string().optional().describe("only dictionaries of this model"),
});
export const featureTextQuery = revisionQuery.extend({
  interval: z.coerce.number().int().min(0).max(1000).default(0).describe("0: the top examples"),
  rank: z.coerce.number().int().min(0).optional().describe("of one example; all by default"),
  ...windowQuery.shape,
});
export const uploadQuery = z.object({
  filename: z.string().optional().describe("the name to show for the upload"),
  visibility: z.enum(visibilities).default("public").describe("of the dictionary, if it is new"),
});

export const modelSummary = z.object({
  slug: z.string(),
  n_layers: z.int(),
  d_model: z.int(),
  d_vocab: z.int(),
  dictionaries: z.int(),
}) satisfies z.ZodType<ModelSummary>;

export const modelView = modelSummary.extend({
  weights_sha256: sha256Hex,
  tokenizer_sha256: sha256Hex,
  source: z.string().nullable().describe("ORG/NAME on a model hub; null: a folder's model"),
  commit: z.string().nullable(),
  given: z.string().nullable().describe("what the trainer was given for it"),
}) satisfies z.ZodType<ModelView>;

export const modelList = z.object({ models: z.array(modelSummary) });

export const dictionarySummary = z.object({
  visibility: z.enum(visibilities),
  owner: z.string().nullable(),
  model: z.string(),
  slug: z.string(),
  hook_name: z.string(),
  layer: z.int().nullable(),
  architecture: z.enum(architectures),
  hook_name_out: z.string().nullable(),
  skip_connection: z.boolean(),
  imported: z
    .enum(["checked", "unchecked", "misread"])
    .nullable()
    .describe("misread: another reading fits better, and it was accepted; null: made here"),
  d_in: z.int(),
  d_sae: z.int(),
  k: z.int().nullable(),
  updated_at: z.iso.datetime(),
  revision: sha256Hex,
  metrics: manifest.shape.metrics,
}) satisfies z.ZodType<DictionarySummary>;

/** What its owner may change of a dictionary. */
export const dictionaryChange = z.strictObject({
  visibility: z.enum(visibilities).optional(),
  owner: z.string().max(200).optional().describe("e-mail of the account that becomes its owner"),
  description: markdown(MOST_WRITTEN).optional().describe("Markdown"),
  licence: z
    .enum([...licenceIds, ""])
    .optional()
    .describe("an SPDX id; empty: none is stated"),
});
export const removedDictionary = z.object({
  address: z.string().describe("of its model, or the first page when nothing of it is left"),
});

const countedValues = z.object({ min: z.number(), max: z.number(), counts: z.array(z.int()) });

export const dictionaryList = z.object({ dictionaries: z.array(dictionarySummary) });

export const dictionaryView = dictionarySummary.extend({
  description: z.string(),
  licence: z.string().nullable(),
  is_own: z.boolean(),
  manifest,
  evaluation,
  training: z.array(trainingLine),
  histograms: z.object({ decoder_norm: countedValues, nearest_cosine: countedValues }),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: sha256Hex })),
  exports: z.array(
    z.object({
      format: z.string(),
      title: z.string(),
      fit: z.enum(["exact", "folded", "refused"]),
      form: z.string().nullable(),
      says: z.array(z.string()),
    }),
  ),
  revisions: z.array(
    z.object({ revision: sha256Hex, created_at: z.iso.datetime(), newest: z.boolean() }),
  ),
  parent: z.object({ model: z.string(), slug: z.string(), revision: sha256Hex }).nullable(),
  alive: z.int(),
  suggested_feature: z.int().nullable(),
}) satisfies z.ZodType<DictionaryView>;

export const featureTable = z.object({
  rows: z.array(
    z.object({
      index: z.int(),
      density: z.number(),
      max_activation: z.number(),
      nearest_cosine: z.number(),
      encoder_decoder_cosine: z.number(),
      decoder_norm: z.number(),
      label: z.string().nullable(),
      top_token: z.string().nullable(),
      promoted: z.array(z.string()),
    }),
  ),
  total: z.int(),
}) satisfies z.ZodType<FeatureTable>;

export const featurePreview = z.object({
  index: z.int(),
  density: z.number(),
  max_activation: z.number(),
  label: z.string().nullable(),
  top_token: z.string().nullable(),
  promoted: z.array(z.string()),
  example: z
    .object({ tokens: z.array(z.string()), activations: z.array(z.number()) })
    .nullable()
    .describe("around the token on which its top example fires"),
}) satisfies z.ZodType<FeaturePreview>;

const logitEffects = z.array(z.object({ token: z.string(), value: z.number() }));

const connectedDictionary = z.object({
  slug: z.string(),
  hook_name: z.string(),
  state: z.enum(["same", "other_weights", "missing"]),
  revision: sha256Hex.nullable(),
});
const connectedFeatures = z.array(
  z.object({
    index: z.int(),
    top_token: z.string().nullable(),
    weight: z.number().nullable(),
    relu_weight: z.number().nullable(),
  }),
);

const featureDatapoint = z.object({
  context: z.int(),
  position: z.int(),
  activation: z.number(),
  ce_diff: z.number(),
  snippet: z.object({ tokens: z.array(z.string()), at: z.int() }),
});

export const exampleView = z.object({
  context: z.int(),
  position: z.int(),
  window_start: z.int(),
  tokens: z.array(z.string()),
  activations: z.array(z.number()),
  before: z.array(z.string()).optional(),
  after: z.array(z.string()).optional(),
}) satisfies z.ZodType<ExampleView>;

export const featureView = z.object({
  dictionary: dictionarySummary,
  short: z.string(),
  record: featureRecord,
  intervals: z.array(
    z.object({
      interval: z.int(),
      min: z.number(),
      max: z.number(),
      share: z.number().nullable(),
      examples: z.array(exampleView),
    }),
  ),
  top_logits: logitEffects,
  bottom_logits: logitEffects,
  nearest: z.array(
    z.object({ index: z.int(), cosine: z.number(), top_token: z.string().nullable() }),
  ),
  datapoints: z
    .object({
      searched: z.int(),
      datapoints: z.int(),
      worst: z.array(featureDatapoint),
      strongest: z.array(featureDatapoint),
    })
    .nullable(),
  connections: z.object({
    built_from: z.array(
      z.object({
        dictionary: connectedDictionary,
        variance_explained: z.number().nullable(),
        variance_explained_relu: z.number().nullable(),
        features: connectedFeatures,
      }),
    ),
    feeds: z.array(z.object({ dictionary: connectedDictionary, features: connectedFeatures })),
  }),
  dashboard_tokens: z.int(),
  previous: z.int().nullable(),
  next: z.int().nullable(),
}) satisfies z.ZodType<FeatureView>;

const { umap_x, umap_y, context, position, ...figures } = datapointRecord.shape;
const place = z.object({ context, position });
const origin = z.enum(datapointOrigins);

const { ce_clean, ce_sae, ce_diff } = figures;
const snippet = z.object({
  tokens: z.array(z.string()),
  at: z.int().describe("its own place among them"),
});

export const datapointTable = z.object({
  rows: z.array(z.object({ ...place.shape, ...figures, origin, snippet })),
  total: z.int(),
}) satisfies z.ZodType<DatapointTable>;

export const snippetView = z.object({ ...place.shape, snippet }) satisfies z.ZodType<SnippetView>;

export const selection = z.object({
  datapoints: z
    .array(z.int().nonnegative())
    .max(200_000)
    .describe("their rows in datapoints.parquet, as in the column index of points"),
});
export const selectionView = z.object({
  selected: z.int(),
  total: z.int(),
  means: z.array(
    z.object({
      name: z.enum(["ce_diff", "squared_error", "norm_x", "l0"]),
      inside: z.number(),
      overall: z.number(),
    }),
  ),
  features: z
    .object({
      tests: z.int(),
      least: z.int(),
      rows: z.array(
        z.object({
          index: z.int(),
          density: z.number(),
          top_token: z.string().nullable(),
          inside: z.int(),
          overall: z.int(),
          ratio: z.number().describe("(inside / selected) / (overall / total)"),
          p_adjusted: z
            .number()
            .describe("Fisher's exact test, one-sided, corrected as by Benjamini and Hochberg"),
        }),
      ),
    })
    .nullable(),
  datapoints: z.array(z.object({ ...place.shape, snippet, ce_diff })),
}) satisfies z.ZodType<SelectionView>;

const losses = { ce_clean: z.number(), ce_sae: z.number() };

export const datapointView = z.object({
  ...place.shape,
  dictionary: dictionarySummary,
  tokens: z.array(
    z.object({
      token: z.string(),
      ce_clean: losses.ce_clean.nullable(),
      ce_sae: losses.ce_sae.nullable(),
      counted: z.boolean(),
      stored: z.boolean(),
    }),
  ),
  figures: z.object({
    ce_clean,
    ce_sae,
    ce_diff,
    squared_error: figures.squared_error.nullable(),
    norm_x: figures.norm_x.nullable(),
    norm_x_hat: figures.norm_x_hat.nullable(),
    l0: figures.l0.nullable(),
  }),
  origin: origin.nullable(),
  active: z
    .array(
      z.object({
        index: z.int(),
        activation: z.number(),
        density: z.number(),
        top_token: z.string().nullable(),
      }),
    )
    .nullable(),
  worse: z.int().describe("datapoints of the dictionary with a larger ce_diff"),
  datapoints: z.int(),
  next_worse: place.nullable(),
  next_better: place.nullable(),
  layers: z.array(z.object({ dictionary: dictionarySummary, ...losses })),
}) satisfies z.ZodType<DatapointView>;

export const statusView = z.object({
  ok: z.boolean(),
  version: z.string().nullable(),
  up_seconds: z.int(),
  database: z
    .object({
      answered_ms: z.number(),
      migration: z.string().nullable(),
      workers: z.int(),
      waiting: z.int(),
      running: z.int(),
      failed: z.int(),
      importing: z.int(),
      asking: z.int(),
      oldest_seconds: z.number().nullable(),
      training: z.int(),
      dictionaries: z.int(),
    })
    .nullable(),
  free_bytes: z.number().nullable(),
}) satisfies z.ZodType<StatusView>;

const jobSummary = z.object({
  id: z.uuid(),
  state: z.enum(["waiting", "running", "asking", "done", "failed"]),
  work: z.enum(["ingest", "inspect", "import"]),
  created_at: z.iso.datetime(),
  filename: z.string(),
  bytes: z.int(),
  visibility: z.enum(visibilities),
  step: z.string(),
  done: z.int(),
  total: z.int(),
  unit: z.string(),
  rate: z.number().nullable().describe("of `unit` a second"),
  error: z.string().nullable(),
  result: z.string().nullable(),
}) satisfies z.ZodType<JobSummary>;

export const jobView = jobSummary.extend({
  question: z
    .object({
      found: z.array(foreignDictionary),
      answer: importAnswer.nullable(),
      check: importCheck.nullable(),
    })
    .nullable()
    .describe("of an upload that is no bundle: how it is read"),
}) satisfies z.ZodType<JobView>;

export const jobList = z.object({ jobs: z.array(jobSummary) });

/** A job after something was asked of it. */
export const askedJob = z.object({ job: z.uuid(), address: z.string() });

export const received = z.object({
  upload: z.uuid(),
  job: z.uuid(),
  address: z.string().describe("the page that shows the job"),
});

export const runsQuery = z.object({
  sweep: slug.optional().describe("only runs of this sweep"),
  sort: z
    .enum(["created_at", "heard_at"])
    .default("created_at")
    .describe("the newest first, or those that were heard of last"),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export const linesQuery = z.object({
  points: z.coerce
    .number()
    .int()
    .min(10)
    .max(2000)
    .default(600)
    .describe("at most so many; a point is the mean of the lines it stands for"),
});

const runSummary = z.object({
  ...runAnnouncement.omit({ config: true }).shape,
  state: z.enum([...runStates, "silent"]),
  ...runStatus.pick({ stage: true, done: true, total: true }).shape,
  error: z.string().nullable(),
  created_at: z.iso.datetime(),
  heard_at: z.iso.datetime(),
  latest: reportedLine.nullable(),
  followed: z.boolean(),
  wish: z.enum(["stop", "resume"]).nullable(),
  dictionary: z.object({ model: z.string(), slug: z.string() }).nullable(),
}) satisfies z.ZodType<RunSummary>;

/** What somebody wants done with a run of a machine whose worker follows it. */
export const runWish = z.strictObject({ wish: z.enum(["stop", "resume"]) });

export const runList = z.object({ runs: z.array(runSummary) });

export const runView = runSummary.extend({
  config: runAnnouncement.shape.config,
}) satisfies z.ZodType<RunView>;

export const runLines = z.object({
  points: z.array(reportedLine),
  lines: z.int().nonnegative().describe("how many there are in all"),
}) satisfies z.ZodType<RunLines>;

export const known = z.object({
  last_step: z.int().nonnegative().describe("step of the last line that the hub has"),
});
export const sweepView = z.object({
  name: z.string(),
  groups: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      dictionaries: z.int(),
      state: z.enum(["waiting", "running", "lost", "done", "failed"]),
      attempts: z.int(),
      worker: z.string().nullable(),
      error: z.string().nullable(),
      updated_at: z.iso.datetime(),
    }),
  ),
  runs: z.array(runSummary),
}) satisfies z.ZodType<SweepView>;

export const submitted = z.object({
  name: slug,
  groups: z.int(),
  address: z.string().describe("the page that shows the sweep"),
});
export const heldGroup = groupClaim.pick({ lease: true });
export const endedGroup = z.object({ state: z.enum(["waiting", "done", "failed"]) });

const toySummary = z.object({
  id: sha256Hex,
  name: slug,
  tokens: z.int(),
  results: z.int(),
  created_at: z.iso.datetime(),
}) satisfies z.ZodType<ToySummary>;
export const toyList = z.object({ toys: z.array(toySummary) });
export const takenToy = z.object({
  id: sha256Hex,
  address: z.string().describe("the page that shows the toy"),
});

export const identified = z.object({ id: z.uuid() });

export const failure = z.object({ error: z.object({ status: z.int(), message: z.string() }) });
