import type { ActivationRow, NeuronRow } from "./neuronpedia.ts";
import type { ExampleRecord, FeatureRecord } from "./tables.ts";

/** Whose rows they are. */
export type NeuronpediaSource = {
  modelId: string;
  /** the source's id */
  layer: string;
  sourceSetName: string;
  hookName: string;
  creatorId: string;
  createdAt: string;
};

/**
 * `{layer}-{set}`, each dictionary a set of its own: of blocks.3.… `3-NAME`, of hook_embed `e-NAME`, elsewhere
 * the dictionary's name alone.
 */
export function sourceIdOf({ name, hook_name }: { name: string; hook_name: string }): string {
  const layer = hook_name === "hook_embed" ? "e" : /^blocks\.(\d+)\./.exec(hook_name)?.[1];
  return layer === undefined ? name : `${layer}-${name}`;
}

/** As SAELens has it in sparsity.safetensors. */
const logSparsity = (density: number) => Math.log10(density + 1e-10);

export function toNeuronRow(
  record: FeatureRecord,
  { hookName, ...source }: NeuronpediaSource,
  text: (token: number) => string,
): NeuronRow {
  const { activation_histogram, logit_histogram, logit_min, logit_max, max_activation } = record;
  return {
    ...neuronDefaults,
    ...source,
    index: String(record.index),
    maxActApprox: max_activation,
    hookName,
    topkCosSimIndices: record.nearest_features,
    topkCosSimValues: record.nearest_cosines,
    neg_str: record.bottom_logit_tokens.map(text),
    neg_values: record.bottom_logit_values,
    pos_str: record.top_logit_tokens.map(text),
    pos_values: record.top_logit_values,
    frac_nonzero: record.density,
    freq_hist_data_bar_heights: activation_histogram,
    freq_hist_data_bar_values: middles(activation_histogram.length, 0, max_activation),
    logits_hist_data_bar_heights: logit_histogram,
    logits_hist_data_bar_values: middles(logit_histogram.length, logit_min, logit_max),
    umap_log_feature_sparsity: logSparsity(record.density),
    umap_x: record.umap_x,
    umap_y: record.umap_y,
  };
}

/** Of n equal parts of [min, max] the middles. */
function middles(n: number, min: number, max: number): number[] {
  return Array.from({ length: n }, (_, i) => min + ((i + 0.5) * (max - min)) / n);
}

const neuronDefaults = {
  hasVector: false,
  vector: [],
  vectorLabel: null,
  vectorDefaultSteerStrength: 10,
  neuron_alignment_indices: [],
  neuron_alignment_values: [],
  neuron_alignment_l1: [],
  correlated_neurons_indices: [],
  correlated_neurons_pearson: [],
  correlated_neurons_l1: [],
  correlated_features_indices: [],
  correlated_features_pearson: [],
  correlated_features_l1: [],
  decoder_weights_dist: [],
  umap_cluster: null,
} satisfies Partial<NeuronRow>;

/** `tokens` are the texts of the example's window. */
export function toActivationRow(
  example: Omit<ExampleRecord, "feature">,
  { index, tokens }: { index: number; tokens: string[] },
  { modelId, layer, creatorId, createdAt }: NeuronpediaSource,
): ActivationRow {
  const { interval, interval_min, interval_max, interval_share, rank, activations } = example;
  const isTop = interval === 0;
  return {
    ...activationDefaults,
    id: `${modelId}/${layer}/${index}/${interval}/${rank}`,
    tokens,
    index: String(index),
    layer,
    modelId,
    ...extremes(activations),
    values: activations,
    creatorId,
    createdAt,
    binMin: isTop ? -1 : interval_min,
    binMax: interval_max,
    binContains: isTop ? -1 : (interval_share ?? -1),
    qualifyingTokenIndex: example.position - example.window_start,
  };
}

/** The largest and the least of some values, and where the largest stands first. */
export function extremes(values: number[]) {
  const maxValue = values.reduce((most, value) => Math.max(most, value), 0);
  const minValue = values.reduce((least, value) => Math.min(least, value), maxValue);
  return { maxValue, maxValueTokenIndex: Math.max(0, values.indexOf(maxValue)), minValue };
}

const activationDefaults = {
  dataIndex: null,
  dataSource: null,
  dfaValues: [],
  dfaTargetIndex: null,
  dfaMaxValue: null,
  zQIndices: [],
  zKIndices: [],
  zValues: [],
  lossValues: [],
  logitContributions: null,
} satisfies Partial<ActivationRow>;
