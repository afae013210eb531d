import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const value = z.number();
/** of a metric that bundles of older trainers lack */
const later = z.number().nullable();

/** What the per-layer table states of each hook's dictionary. */
export const layerValues = z.object({
  ce_diff: value,
  ce_loss_recovered: value,
  fvu: value,
  norm_x: later,
  norm_x_hat: later,
  l2_ratio: value,
  cosine: value,
  l0: value,
  dead_fraction: value,
});
export type LayerMetric = keyof z.infer<typeof layerValues>;

export const layers = {
  title: "Layer by layer",
  question:
    "How do dictionaries that were made alike fare at each layer, on the residual stream and on what MLPs add to it?",
  formula:
    "One dictionary for each hook, all with the same settings, trained in one pass over the same text; of each, the metrics of its own evaluation on the same held-out text.",
  formula_version: 1,
  command: "layers DIR",
  section: experimentSection({
    /** layer by layer, within each in the order of the model's forward pass */
    rows: z
      .array(
        z.object({
          name: slug,
          weights_sha256: sha256Hex,
          hook_name: z.string(),
          layer: z.int().nonnegative(),
          /** where in the layer, e.g. hook_mlp_out */
          site: z.string(),
          values: layerValues,
        }),
      )
      .nonempty(),
  }),
} as const satisfies Experiment;
