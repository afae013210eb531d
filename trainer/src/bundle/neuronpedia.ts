import { z } from "zod";

/*
 * Features and their examples as rows of Neuronpedia's tables `Neuron` and `Activation`, under its own column
 * names: for the addresses of the API that are like its own, and for exports in its bulk layout. What a bundle
 * does not hold has the value that its schema gives by default; nothing is made up (docs/api-compat.md).
 */

const numbers = z.array(z.number());
const none = z.array(z.number()).length(0);

/** A row of `Neuron`. */
export const neuronRow = z.object({
  modelId: z.string(),
  /** the source's id: see `sourceIdOf` */
  layer: z.string(),
  index: z.string(),
  sourceSetName: z.string(),
  creatorId: z.string(),
  createdAt: z.string(),
  maxActApprox: z.number(),
  hasVector: z.literal(false),
  vector: none,
  vectorLabel: z.null(),
  vectorDefaultSteerStrength: z.literal(10),
  hookName: z.string(),
  topkCosSimIndices: z.array(z.int()),
  topkCosSimValues: numbers,
  neuron_alignment_indices: none,
  neuron_alignment_values: none,
  neuron_alignment_l1: none,
  correlated_neurons_indices: none,
  correlated_neurons_pearson: none,
  correlated_neurons_l1: none,
  correlated_features_indices: none,
  correlated_features_pearson: none,
  correlated_features_l1: none,
  neg_str: z.array(z.string()),
  neg_values: numbers,
  pos_str: z.array(z.string()),
  pos_values: numbers,
  frac_nonzero: z.number(),
  freq_hist_data_bar_heights: numbers,
  freq_hist_data_bar_values: numbers,
  logits_hist_data_bar_heights: numbers,
  logits_hist_data_bar_values: numbers,
  decoder_weights_dist: none,
  umap_cluster: z.null(),
  umap_log_feature_sparsity: z.number(),
  umap_x: z.number(),
  umap_y: z.number(),
});
export type NeuronRow = z.infer<typeof neuronRow>;

/** A row of `Activation`: one example. */
export const activationRow = z.object({
  id: z.string(),
  tokens: z.array(z.string()),
  dataIndex: z.null(),
  index: z.string(),
  layer: z.string(),
  modelId: z.string(),
  dataSource: z.null(),
  maxValue: z.number(),
  maxValueTokenIndex: z.int(),
  minValue: z.number(),
  values: numbers,
  dfaValues: none,
  dfaTargetIndex: z.null(),
  dfaMaxValue: z.null(),
  zQIndices: none,
  zKIndices: none,
  zValues: none,
  creatorId: z.string(),
  createdAt: z.string(),
  lossValues: none,
  logitContributions: z.null(),
  binMin: z.number().describe("of a top example −1; else activations in (binMin, binMax]"),
  binMax: z.number().describe("of a top example the feature's largest activation"),
  binContains: z.number().describe("of a top example −1; else the share of all activations"),
  qualifyingTokenIndex: z.int(),
});
export type ActivationRow = z.infer<typeof activationRow>;
