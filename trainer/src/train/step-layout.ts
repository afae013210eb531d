import { outWidth, type SaeConfig } from "../sae/config.ts";
import {
  encoderLayout,
  listOfLargest,
  paddedFeatures,
  paddedWidth,
  roundUp,
  ruleOf,
  weightSizes,
} from "../sae/kernel/layout.ts";
import { PARTS } from "../sae/kernel/threads.ts";
import { auxiliaryK } from "../sae/loss.ts";
import type { StepSettings, TrainingStepOptions } from "./training-step.ts";

/** The sums over a batch, in their order in kernels/state.h. */
export const TOTALS = [
  "squared_error",
  "gate_squared_error",
  "aux_squared_error",
  "penalty",
  "orthogonality",
  "active",
  "grad_squared",
  "smallest",
] as const;

/** As in kernels/: features that a dense slice is padded to, rows it is a multiple of, digits of a histogram. */
const DENSE_TILE = 192;
export const DENSE_STEP = 24;
const DIGITS = 2048;

/** Pre-activations of a dense slice to keep room for, and the rows it has at least. */
const MAX_DENSE = 2 ** 24;
const MIN_DENSE_ROWS = 264;

type Options = Pick<
  StepSettings,
  "clip_grad_norm" | "decoder_norm" | "jumprelu_sparsity" | "jumprelu_bandwidth"
> &
  Pick<StepSettings, "jumprelu_tanh_scale" | "lp_norm" | "orthogonality"> &
  Pick<TrainingStepOptions, "batch" | "auxk_coefficient" | "orthogonality_coefficient">;

/** Whether nothing bounds how many features are active. */
export function mayBeDense({ architecture }: SaeConfig): boolean {
  return architecture === "standard" || architecture === "jumprelu" || architecture === "gated";
}

/** The encoder's scalars and arrays, and what the way back and Adam need. */
export function trainingLayout(config: SaeConfig, options: Options) {
  const { d_sae, group_sizes = [d_sae], architecture, transcoder } = config;
  const { batch, clip_grad_norm, decoder_norm } = options;
  const d_out = paddedWidth(outWidth(config));
  const { scalars, arrays } = encoderLayout(config, batch);
  const entries = scalars.entry_capacity;
  const aux = auxiliaryLayout(config, options);
  const sorted = entries + aux.arrays.aux_feature;
  const hasExtra = ruleOf(config) !== 0;
  const revives = aux.lists === 2;
  const slots = group_sizes.length + (architecture === "gated" ? 1 : 0) + (revives ? 1 : 0);
  const dense_rows = mayBeDense(config) ? denseRows(d_sae, batch) : 0;
  const weights = weightSizes(config);
  const apart = orthogonalityLayout(config, options);
  const kept = clip_grad_norm > 0 || mayBeDense(config) || apart.scalars.orthogonality > 0;
  const { b_dec, W_skip = 0 } = weights;
  const gradients = kept ? weights : { b_dec, W_skip };
  return {
    scalars: {
      ...scalars,
      ...aux.scalars,
      ...apart.scalars,
      ...penaltyScalars(config, options),
      n_groups: group_sizes.length,
      free_norm: decoder_norm === "free" ? 1 : 0,
      dense_rows,
      list_capacity: Math.max(scalars.list_capacity, aux.list_capacity),
      list_most: Math.max(scalars.list_most, aux.list_capacity),
    },
    arrays: {
      ...arrays,
      ...aux.arrays,
      ...apart.arrays,
      ...prefixed("m_", weights),
      ...prefixed("v_", weights),
      ...prefixed("g_", gradients),
      y: transcoder ? batch * d_out : 0,
      norm: decoder_norm === "free" ? d_sae : 0,
      group_end: group_sizes.length,
      error: slots * batch * d_out,
      entry_grad: entries,
      cursor: aux.lists * PARTS * d_sae,
      feature_start: d_sae + 1,
      by_row: sorted,
      by_value: sorted,
      by_grad: sorted,
      by_extra: hasExtra ? sorted : 0,
      fired: d_sae,
      dense_pre: roundUp(d_sae, DENSE_TILE) * dense_rows,
      error_quads: (architecture === "gated" ? 2 : 1) * dense_rows * d_out,
      error_sum: PARTS * d_out,
      centre_grad: PARTS * d_out,
      part_entries: PARTS + 1,
      part_ties: PARTS,
      digits: PARTS * DIGITS,
      totals: PARTS * TOTALS.length,
      result: TOTALS.length,
    },
  };
}

function denseRows(d_sae: number, batch: number): number {
  const rows = Math.max(MIN_DENSE_ROWS, Math.floor(MAX_DENSE / d_sae));
  return roundUp(Math.min(rows, batch), DENSE_STEP);
}

/** What AuxK needs: nothing where its coefficient will always be 0. */
function auxiliaryLayout({ d_in, d_sae }: SaeConfig, { batch, auxk_coefficient }: Options) {
  const revives = auxk_coefficient > 0;
  const k_aux = Math.min(auxiliaryK(d_in), d_sae);
  const [rows, features] = revives ? [batch, d_sae] : [0, 0];
  return {
    lists: revives ? 2 : 1,
    list_capacity: revives ? listOfLargest(k_aux) : 0,
    scalars: { k_aux },
    arrays: {
      aux_start: rows,
      aux_count: rows,
      aux_feature: rows * k_aux,
      aux_value: rows * k_aux,
      aux_grad: rows * k_aux,
      feature_aux: features,
      dead: features,
      dead_quants: (paddedFeatures(features) * paddedWidth(d_in)) / 2,
      dead_scale: paddedFeatures(features),
      dead_bound: paddedFeatures(features),
      dead_bias: paddedFeatures(features),
    },
  };
}

/** As in kernels/orthogonality.h. */
export const orthogonalities = { none: 0, abs: 1, squared: 2, max: 3 };

/** What holding decoder rows apart needs: nothing where its coefficient will always be 0. */
function orthogonalityLayout(config: SaeConfig, options: Options) {
  const { orthogonality, orthogonality_coefficient = 0 } = options;
  const kind = orthogonality_coefficient > 0 ? orthogonality : "none";
  const features = kind === "none" ? 0 : config.d_sae;
  const nearest = kind === "max" ? features : 0;
  return {
    scalars: { orthogonality: orthogonalities[kind] },
    arrays: {
      chunk_order: features,
      unit_rows: features * paddedWidth(outWidth(config)),
      row_norm: features,
      nearest,
      nearest_cosine: nearest,
    },
  };
}

/** As in kernels/state.h. */
const penalties = { none: 0, lp: 1, step: 2, tanh: 3, gate: 4 };

function penaltyOf({ architecture }: SaeConfig, { jumprelu_sparsity }: Options) {
  if (architecture === "standard") return penalties.lp;
  if (architecture === "gated") return penalties.gate;
  return architecture === "jumprelu" ? penalties[jumprelu_sparsity] : penalties.none;
}

function penaltyScalars(config: SaeConfig, options: Options) {
  return {
    penalty: penaltyOf(config, options),
    lp_norm: options.lp_norm,
    bandwidth: options.jumprelu_bandwidth,
    tanh_scale: options.jumprelu_tanh_scale,
  };
}

function prefixed(prefix: string, sizes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).map(([name, n]) => [prefix + name, n]));
}
