import { z } from "zod";

/** How a metric is named, computed and written; the one place where its formula stands. */
export type Metric = {
  title: string;
  /** the formula, in words a reader of the paper knows */
  formula: string;
  /** raised whenever the formula or the token policy changes; stored beside every value */
  formula_version: number;
  unit?: "nats" | "features" | "fraction";
  digits: number;
  better: "lower" | "higher" | "neither";
  /** of a metric that older bundles lack */
  added_later?: true;
};

export const metrics = {
  l0: {
    title: "L0",
    formula: "Mean number of active features (activation > 0) per counted token.",
    formula_version: 1,
    unit: "features",
    digits: 1,
    better: "neither",
  },
  l1: {
    title: "L1",
    formula: "Mean over counted tokens of Σ_f a_f · ‖d_f‖.",
    formula_version: 1,
    digits: 2,
    better: "neither",
  },
  mse: {
    title: "MSE",
    formula: "Mean over counted tokens of ‖x − x̂‖² / d_in.",
    formula_version: 1,
    digits: 4,
    better: "lower",
  },
  fvu: {
    title: "FVU",
    formula:
      "Fraction of variance unexplained: Σ‖x − x̂‖² / Σ‖x − x̄‖², both summed over all counted tokens, then divided. 0 is perfect, 1 is no better than the mean.",
    formula_version: 1,
    unit: "fraction",
    digits: 4,
    better: "lower",
  },
  ce_clean: {
    title: "CE clean",
    formula:
      "Mean next-token cross-entropy of the untouched model, in nats, over counted positions that have a next token in their context.",
    formula_version: 1,
    unit: "nats",
    digits: 4,
    better: "neither",
  },
  ce_sae: {
    title: "CE with SAE",
    formula:
      "Mean next-token cross-entropy with x̂ spliced in for x at every counted position of the hook, in nats, over the positions of CE clean.",
    formula_version: 1,
    unit: "nats",
    digits: 4,
    better: "lower",
  },
  ce_zero: {
    title: "CE zero-ablated",
    formula:
      "Mean next-token cross-entropy with zeros spliced in for x at every counted position of the hook, in nats, over the positions of CE clean.",
    formula_version: 1,
    unit: "nats",
    digits: 4,
    better: "neither",
  },
  ce_diff: {
    title: "CE-diff",
    formula: "CE with SAE − CE clean, in nats. 0 is perfect.",
    formula_version: 1,
    unit: "nats",
    digits: 4,
    better: "lower",
  },
  ce_loss_recovered: {
    title: "CE loss recovered",
    formula:
      "(CE zero-ablated − CE with SAE) / (CE zero-ablated − CE clean), from the means over all positions of CE clean. 1 is perfect, 0 is no better than zeros.",
    formula_version: 1,
    unit: "fraction",
    digits: 4,
    better: "higher",
  },
  kl_sae: {
    title: "KL with SAE",
    formula:
      "Mean of KL(p_clean ‖ p_sae) between the next-token distributions, in nats, over the positions of CE clean.",
    formula_version: 1,
    unit: "nats",
    digits: 4,
    better: "lower",
  },
  norm_x: {
    title: "Mean ‖x‖",
    formula: "Mean over counted tokens of ‖x‖, the norm of what is to be reconstructed.",
    formula_version: 1,
    digits: 3,
    better: "neither",
    added_later: true,
  },
  norm_x_hat: {
    title: "Mean ‖x̂‖",
    formula: "Mean over counted tokens of ‖x̂‖.",
    formula_version: 1,
    digits: 3,
    better: "neither",
    added_later: true,
  },
  l2_ratio: {
    title: "L2 ratio",
    formula: "Mean over counted tokens of ‖x̂‖ / ‖x‖. Below 1 is shrinkage.",
    formula_version: 1,
    unit: "fraction",
    digits: 4,
    better: "neither",
  },
  cosine: {
    title: "Cosine",
    formula: "Mean over counted tokens of x · x̂ / (‖x‖ ‖x̂‖).",
    formula_version: 1,
    unit: "fraction",
    digits: 4,
    better: "higher",
  },
  dead_fraction: {
    title: "Dead",
    formula: "Fraction of features that are active on none of the counted tokens.",
    formula_version: 1,
    unit: "fraction",
    digits: 4,
    better: "lower",
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** Metrics that older bundles lack: whoever reads one must say what stands in its place. */
export type LaterMetric = {
  [Name in MetricName]: (typeof metrics)[Name] extends { added_later: true } ? Name : never;
}[MetricName];

/** A value for each metric, as bundles of any age hold them. */
export type PerMetric<T> = Record<Exclude<MetricName, LaterMetric>, T> & {
  [Name in LaterMetric]?: T | undefined;
};
export type Metrics = PerMetric<number>;

/** The schema of a value for each metric. */
export function perMetric<T>(value: z.ZodType<T>): z.ZodType<PerMetric<T>> {
  const shape = Object.entries<Metric>(metrics).map(([name, { added_later }]) => [
    name,
    added_later ? value.optional() : value,
  ]);
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<PerMetric<T>>;
}

/** What a feature's own numbers mean; the same care as for the metrics. */
export const featureStatistics = {
  density: {
    title: "Density",
    formula:
      "Fraction of counted dashboard tokens on which the feature is active (activation > 0).",
    formula_version: 1,
    unit: "fraction",
    digits: 5,
    better: "neither",
  },
  max_activation: {
    title: "Max activation",
    formula: "Largest activation over the counted dashboard tokens.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  mean_activation: {
    title: "Mean activation",
    formula: "Mean activation over the counted dashboard tokens on which the feature is active.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  decoder_norm: {
    title: "Decoder norm",
    formula: "‖d_f‖, the Euclidean norm of row f of W_dec.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  encoder_decoder_cosine: {
    title: "Encoder–decoder cosine",
    formula: "Cosine between column f of W_enc and row f of W_dec.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  nearest_cosine: {
    title: "Nearest cosine",
    formula: "Largest cosine between row f of W_dec and any other row of W_dec.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  logit_effect: {
    title: "Logit effects",
    formula:
      "W_dec[f] · W_U, the direct effect of one unit of the feature on each token's logit, without the final layer norm.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
} as const satisfies Record<string, Metric>;
