import { z } from "zod";
import { type Experiment, experimentSection } from "./section.ts";

/** What datapoints are compared by: the model's activations, the features', or the error of reconstruction. */
export const umapSpaces = ["x", "features", "error"] as const;

export const umap = {
  title: "Map of datapoints",
  question: "Do the datapoints at which the dictionary fails lie together?",
  formula:
    "UMAP (McInnes et al. 2018) of the datapoints by the cosine distances of x, of feature activations, or of x − x̂ (of a transcoder y − ŷ), with exact nearest neighbours. Separation: half of the contexts are held out at random; the CE-diff of each of the sample's datapoints in them is predicted as the mean of its k nearest, in the same space, among the sample's datapoints in the other contexts. The AUROC is the chance that a held-out datapoint of the worst tenth, by CE-diff, has a higher prediction than one of the rest, equal predictions counting half. 0.5 is chance.",
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
