import type { ExampleRecord, FeatureRecord } from "../../bundle/index.ts";
import type { LogitEffects } from "../../dashboard/logits.ts";
import { type DashboardFeature, type DashboardSequence, positionOf } from "./batch.ts";
import type { Spelling } from "./spelling.ts";
import type { Survey } from "./survey.ts";

/** Shares of tokens are written with so many digits. */
const ROUNDING = 1e-5;

/** What a batch says of a feature's activations and logits. */
export type DashboardFigures = LogitEffects &
  Pick<
    FeatureRecord,
    "density" | "n_active" | "max_activation" | "mean_activation" | "activation_histogram"
  >;

/**
 * A feature's figures in our definitions. Its bars are equal parts of [least, largest activation], ours of (0, largest]:
 * each bar's count goes to the part in which the bar's middle lies, so that none is lost. The mean is that of the
 * bars' middles. The density is that of the bars, if it is the same in the digits that are written.
 */
export function figuresOf(
  feature: DashboardFeature,
  { n_prompts_total, n_tokens_in_prompt }: Survey,
  { idOf }: Spelling,
): DashboardFigures {
  const { frac_nonzero, activations } = feature;
  const [heights, middles] = [
    feature.freq_hist_data_bar_heights,
    feature.freq_hist_data_bar_values,
  ];
  const largest = activations.reduce((most, { values }) => Math.max(most, ...values), 0);
  const max_activation = Math.max(largest, ...middles.filter((_, i) => heights[i] > 0));
  const n_active = heights.reduce((sum, count) => sum + count, 0);
  const counted = n_active / (n_prompts_total * n_tokens_in_prompt);
  const sum = heights.reduce((total, count, i) => total + count * middles[i], 0);
  return {
    density: Math.abs(counted - frac_nonzero) <= ROUNDING ? counted : frac_nonzero,
    n_active,
    max_activation,
    mean_activation: n_active > 0 ? Math.min(max_activation, sum / n_active) : 0,
    activation_histogram: rebinned(heights, middles, max_activation),
    ...logits(feature, idOf),
    ...effects(feature),
  };
}

function rebinned(heights: number[], middles: number[], max: number): number[] {
  const bins: number[] = new Array(heights.length).fill(0);
  for (const [i, count] of heights.entries()) {
    const at = Math.ceil((middles[i] * bins.length) / (max || 1)) - 1;
    bins[Math.max(0, Math.min(at, bins.length - 1))] += count;
  }
  return bins;
}

function logits(
  { pos_str, pos_values, neg_str, neg_values }: DashboardFeature,
  idOf: Spelling["idOf"],
) {
  const pairs = (tokens: string[], values: number[], sign: 1 | -1) =>
    tokens
      .map((token, i) => ({ id: idOf(token), value: values[i] }))
      .filter((one): one is { id: number; value: number } => one.id !== null)
      .sort((a, b) => sign * (b.value - a.value));
  const [top, bottom] = [pairs(pos_str, pos_values, 1), pairs(neg_str, neg_values, -1)];
  return {
    top_logit_tokens: top.map(({ id }) => id),
    top_logit_values: top.map(({ value }) => value),
    bottom_logit_tokens: bottom.map(({ id }) => id),
    bottom_logit_values: bottom.map(({ value }) => value),
  };
}

/** Its bars are equal parts of [least, largest effect], as ours are: the ends follow from the middles. */
function effects(feature: DashboardFeature) {
  const [heights, middles] = [
    feature.logits_hist_data_bar_heights,
    feature.logits_hist_data_bar_values,
  ];
  const [first = 0, last = 0] = [middles[0], middles.at(-1)];
  const half = middles.length > 1 ? (last - first) / (middles.length - 1) / 2 : 0;
  return { logit_histogram: heights, logit_min: first - half, logit_max: last + half };
}

export type DashboardExample = Omit<ExampleRecord, "context" | "window_start"> & {
  tokens: string[];
};

/**
 * A feature's examples in our order. Sequences that were chosen for a token on which it does not fire (of features that
 * fire on fewer than there are places) are left out.
 */
export function examplesOf(
  feature: DashboardFeature,
  { max_activation, density }: Pick<DashboardFigures, "max_activation" | "density">,
  contains: Survey["contains"],
): DashboardExample[] {
  const fires = feature.activations.filter((one) => one.values[positionOf(one)] > 0);
  const top = fires.filter(({ bin_min }) => bin_min === -1);
  const groups = new Map<string, DashboardSequence[]>();
  for (const one of fires)
    if (one.bin_min !== -1) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  const intervals = [...groups.values()].sort((a, b) => b[0].bin_max - a[0].bin_max);
  const shares = sharesOf(feature, density, contains);
  return [top, ...intervals].flatMap((sequences, interval) =>
    sequences
      .map((sequence) => toExample(feature.feature_index, interval, sequence, shares))
      .sort((a, b) => b.activations[b.position] - a.activations[a.position])
      .map((example, rank) => ({
        ...example,
        rank,
        ...(interval === 0 && { interval_min: 0, interval_max: max_activation }),
      })),
  );
}

function keyOf({ bin_min, bin_max }: DashboardSequence): string {
  return `${bin_min} ${bin_max}`;
}

function toExample(
  feature: number,
  interval: number,
  sequence: DashboardSequence,
  shares: Map<string, number>,
): DashboardExample {
  const { bin_min, bin_max, tokens, values } = sequence;
  return {
    feature,
    interval,
    interval_min: bin_min,
    interval_max: bin_max,
    interval_share: interval === 0 ? null : (shares.get(keyOf(sequence)) ?? 0),
    rank: 0,
    position: positionOf(sequence),
    tokens,
    activations: values,
  };
}

/**
 * Of each interval the share of the feature's activations: what is a share of all tokens is divided by the density, and
 * the lowest, which counts those on which it does not fire, has what the others leave.
 */
function sharesOf(
  { activations }: DashboardFeature,
  density: number,
  contains: Survey["contains"],
): Map<string, number> {
  const found = new Map(
    activations
      .filter(({ bin_min }) => bin_min !== -1)
      .map((sequence) => [keyOf(sequence), sequence.bin_contains]),
  );
  const clamp = (share: number) => Math.max(0, Math.min(1, share));
  if (contains === "activations")
    return new Map([...found].map(([key, share]) => [key, clamp(share)]));
  const shares = new Map<string, number>();
  let rest = 1;
  for (const [key, share] of found) {
    if (key.startsWith("0 ")) continue;
    const own = clamp(density > 0 ? share / density : 0);
    shares.set(key, own);
    rest -= own;
  }
  for (const key of found.keys()) if (key.startsWith("0 ")) shares.set(key, clamp(rest));
  return shares;
}
