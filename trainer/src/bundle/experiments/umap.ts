import { z } from "zod";
import { type Experiment, experimentSection } from "./section.ts";

/** What datapoints are compared by: the model's activations, the features', or the error of reconstruction. */
export const umapSpaces = ["x", "features", "error"] as const;

export const umap = {
  title: "Map of datapoints",
  question: "Do the datapoints at which the dictionary fails lie together?",
  formula:
    "UMAP (McInnes et al. 2018) of the datapoints by the cosine distances of x, of feature activations, or of x − x̂, with exact nearest neighbours. Separation: the CE-diff of each held-out datapoint of the sample is predicted as the mean of its k nearest among the others of the sample, in the same space; the AUROC is the chance that a datapoint of the worst tenth, by CE-diff, has a higher prediction than one of the rest. 0.5 is chance.",
  formula_version: 1,
  command: "umap RUN_DIR",
  section: experimentSection({
    over: z.enum(umapSpaces),
    points: z.int().nonnegative(),
    neighbours: z.int().positive(),
    epochs: z.int().positive(),
    separation: z.object({
      k: z.int().positive(),
      held_out: z.int().nonnegative(),
      /** share of the datapoints that count as bad */
      bad_fraction: z.number().min(0).max(1),
      /** null when there are too few datapoints */
      auroc: z.number().min(0).max(1).nullable(),
    }),
  }),
} as const satisfies Experiment;
