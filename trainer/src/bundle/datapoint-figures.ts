import type { Metric } from "./metrics.ts";

/** What the numbers of datapoints.parquet mean, by column; the same care as for the metrics. */
export const datapointFigures = {
  ce_diff: {
    title: "CE-diff",
    formula:
      "CE with SAE − CE clean at this position, in nats. Above 0 the model predicts the next token worse with x̂.",
    formula_version: 1,
    unit: "nats",
    digits: 3,
    better: "lower",
  },
  ce_clean: {
    title: "CE clean",
    formula: "−ln p(next token) of the untouched model at this position, in nats.",
    formula_version: 1,
    unit: "nats",
    digits: 3,
    better: "neither",
  },
  ce_sae: {
    title: "CE with SAE",
    formula:
      "−ln p(next token) at this position, in nats, with x̂ spliced in for x at every counted position of its context.",
    formula_version: 1,
    unit: "nats",
    digits: 3,
    better: "lower",
  },
  squared_error: {
    title: "Squared error",
    formula: "‖x − x̂‖² at this position.",
    formula_version: 1,
    digits: 2,
    better: "lower",
  },
  norm_x: {
    title: "‖x‖",
    formula: "Euclidean norm of what is to be reconstructed at this position.",
    formula_version: 1,
    digits: 2,
    better: "neither",
  },
  norm_x_hat: {
    title: "‖x̂‖",
    formula: "Euclidean norm of the reconstruction at this position. Below ‖x‖ is shrinkage.",
    formula_version: 1,
    digits: 2,
    better: "neither",
  },
  l0: {
    title: "L0",
    formula: "Number of active features (activation > 0) at this position.",
    formula_version: 1,
    unit: "features",
    digits: 0,
    better: "neither",
  },
} as const satisfies Record<string, Metric>;
