import type { DatapointOrigin } from "trainer/bundle";

/** Why a datapoint is there, in words. */
export const originText: Record<DatapointOrigin, string> = {
  sample: "uniform sample",
  worst: "among the worst",
  best: "among the best",
  context: "in a text with one of those",
};
