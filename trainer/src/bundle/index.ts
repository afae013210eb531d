/** The bundle's format: schemas, metric table, records. Safe in a browser; `files.ts` reads and writes. */
export * from "./cfg.ts";
export * from "./datapoint-figures.ts";
export * from "./errors.ts";
export * from "./evaluation.ts";
export {
  type ConnectionFit,
  type ConnectionSource,
  connectionVariants,
} from "./experiments/connections.ts";
export * from "./experiments/layers.ts";
export * from "./experiments/section.ts";
export * from "./experiments/table.ts";
export * from "./foreign.ts";
export * from "./live-run.ts";
export * from "./live-text.ts";
export * from "./manifest.ts";
export * from "./metrics.ts";
export * from "./neuronpedia.ts";
export * from "./neuronpedia-about.ts";
export * from "./neuronpedia-rows.ts";
export * from "./progress.ts";
export * from "./python.ts";
export * from "./python-dictionary-learning.ts";
export * from "./sha256.ts";
export * from "./sweep-queue.ts";
export * from "./tables.ts";
export * from "./token-strings.ts";
export * from "./toy.ts";
export * from "./training.ts";
