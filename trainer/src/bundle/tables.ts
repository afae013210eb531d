import { z } from "zod";

/*
 * The rows of a bundle's Parquet tables, and by that their columns: an int32 is written as INT32, a
 * float32 as FLOAT, an array as a Parquet LIST; all are required, save those that may be null.
 */

const count = z.int32().nonnegative();
const finite = z.float32();

/** features.parquet: one row per feature, in order of `index`. */
export const featureRecord = z.object({
  index: count,
  density: finite.min(0).max(1),
  /** number of counted dashboard tokens on which the feature is active */
  n_active: count,
  max_activation: finite.nonnegative(),
  mean_activation: finite.nonnegative(),
  /** counts of activations > 0 in equal bins over (0, max_activation] */
  activation_histogram: z.array(count),
  top_logit_tokens: z.array(count),
  top_logit_values: z.array(finite),
  bottom_logit_tokens: z.array(count),
  bottom_logit_values: z.array(finite),
  /** counts of the feature's effect on every token's logit in equal bins over [min, max] */
  logit_histogram: z.array(count),
  logit_min: finite,
  logit_max: finite,
  decoder_norm: finite.nonnegative(),
  encoder_decoder_cosine: finite.min(-1.0001).max(1.0001),
  /** the features whose decoder rows have the largest cosine with this one's, best first */
  nearest_features: z.array(count),
  nearest_cosines: z.array(finite),
  umap_x: finite,
  umap_y: finite,
});
export type FeatureRecord = z.infer<typeof featureRecord>;

/** examples.parquet: rows in order of feature, interval, rank. */
export const exampleRecord = z.object({
  feature: count,
  /** 0: the top examples; 1…: equal parts of (0, max_activation], highest first; one that holds no activation has no rows */
  interval: count,
  interval_min: finite,
  interval_max: finite,
  /** share of all the feature's activations that lie in (interval_min, interval_max]; null for the top examples */
  interval_share: finite.min(0).max(1).nullable(),
  /** by activation within its interval, 0 being the largest */
  rank: count,
  context: count,
  /** position in its context of the token that the example was chosen for */
  position: count,
  /** position in its context of the window's first token */
  window_start: count,
  /** the feature's activation at each token of the window; 0 where the token is not counted */
  activations: z.array(finite.nonnegative()),
});
export type ExampleRecord = z.infer<typeof exampleRecord>;

/** contexts.parquet: the token rows that examples and datapoints point into, stored once. */
export const contextRecord = z.object({
  /** row number in the token file: the same text has the same number in every bundle made from it */
  context: count,
  tokens: z.array(count),
});
export type ContextRecord = z.infer<typeof contextRecord>;

/** datapoints.parquet: sampled token positions. */
export const datapointRecord = z.object({
  context: count,
  position: count,
  ce_clean: finite,
  ce_sae: finite,
  ce_diff: finite,
  squared_error: finite.nonnegative(),
  norm_x: finite.nonnegative(),
  norm_x_hat: finite.nonnegative(),
  l0: count,
  /** null until an experiment lays the datapoints out */
  umap_x: finite.nullable(),
  umap_y: finite.nullable(),
});
export type DatapointRecord = z.infer<typeof datapointRecord>;

/** Why a datapoint is there: those of `sample` are a uniform sample; statistics of positions are over them alone. */
export const datapointOrigins = ["sample", "worst", "best", "context"] as const;
export type DatapointOrigin = (typeof datapointOrigins)[number];

/** datapoint_features.parquet: what is active at each datapoint; rows as in datapoints.parquet. */
export const datapointFeaturesRecord = z.object({
  context: count,
  position: count,
  /**
   * place in `datapointOrigins`: of the sample; of the worst positions, by ce_diff, of all that were
   * measured; of the best; or only because its whole context is there, with one of the worst or best
   */
  origin: count.max(datapointOrigins.length - 1),
  /** ascending */
  features: z.array(count),
  activations: z.array(finite.positive()),
});
export type DatapointFeaturesRecord = z.infer<typeof datapointFeaturesRecord>;

/** losses.parquet: next-token cross-entropies of every context that a datapoint lies in, in order. */
export const lossesRecord = z.object({
  context: count,
  /** [context_size − 1] at positions from 0 on, counted or not: untouched, and with x̂ at every counted position */
  ce_clean: z.array(finite),
  ce_sae: z.array(finite),
});
export type LossesRecord = z.infer<typeof lossesRecord>;

/** Sources that a feature's connections keep of each kind; of both together at most twice as many. */
export const MOST_SOURCES = 64;

/** connections.parquet: what each feature is built from; rows in order of from and feature, one for each. */
export const connectionRecord = z.object({
  /** place in the `sources` of the section `connections` of evaluation.json */
  from: count,
  feature: count,
  /** shares of its variance on held-out tokens, of W F1 and of ReLU(W' F1); null where it does not vary, or was not asked for */
  variance_explained: finite.nullable(),
  variance_explained_relu: finite.nullable(),
  bias: finite,
  relu_bias: finite,
  /** features of the source dictionary, the strongest first: by |weight| · root mean square of the source */
  sources: z.array(count),
  /** rows of W and W'; 0 where the other has a weight */
  weights: z.array(finite),
  relu_weights: z.array(finite),
});
export type ConnectionRecord = z.infer<typeof connectionRecord>;

/** A table of the bundle: its file, and the schema of its rows that its columns follow from. */
export type Table<Row> = { file: string; record: z.ZodType<Row> & z.ZodObject };

export const tables = {
  features: { file: "features.parquet", record: featureRecord },
  examples: { file: "examples.parquet", record: exampleRecord },
  contexts: { file: "contexts.parquet", record: contextRecord },
  datapoints: { file: "datapoints.parquet", record: datapointRecord },
  datapoint_features: { file: "datapoint_features.parquet", record: datapointFeaturesRecord },
  losses: { file: "losses.parquet", record: lossesRecord },
  connections: { file: "connections.parquet", record: connectionRecord },
} as const satisfies Record<string, Table<unknown>>;
