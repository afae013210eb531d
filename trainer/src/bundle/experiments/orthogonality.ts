import { z } from "zod";
import { slug } from "../manifest.ts";
import { sha256Hex } from "../sha256.ts";
import { type Experiment, experimentSection } from "./section.ts";

const share = z.number().min(0).max(1);

const figures = z.object({
  l0: z.number(),
  fvu: z.number(),
  ce_loss_recovered: z.number(),
  dead_fraction: share,
  /** of the features' |cos| with the nearest other */
  mean_nearest: share,
  /** share of the features whose nearest is nearer */
  nearer: z.array(z.object({ than: share, features: share })),
  /** features in equal bins of it over [0, 1] */
  counts: z.array(z.int().nonnegative()),
});

export const orthogonality = {
  title: "Orthogonality",
  question: "Do decoder rows that are held apart reconstruct as well, and are fewer of them alike?",
  formula:
    "The same training, from the same start on the same batches, without and with a penalty on the cosines between decoder rows: λ times the mean over features of the mean |cos| (abs) or cos² (squared) with the others of its chunk, or |cos| with the nearest of them (max). The nearest of a feature is the other of all d_sae rows with the largest |cos|, measured after training. At equal L0 (within 1 %) the better has the lower FVU, unless they are within 2 %, as far as seeds are apart; at another L0 one is better only where it has the lower of both.",
  formula_version: 1,
  command: "orthogonality RUN_DIR NEW_DIR",
  section: experimentSection({
    hook_name: z.string(),
    /** RUN_DIR's dictionary, trained without; weights_sha256 is of sae_weights.safetensors */
    reference: z.object({ name: slug, weights_sha256: sha256Hex }),
    without: figures,
    /** this dictionary */
    with: figures,
    /** at equal L0; null: their L0 differs, and neither has the lower of both */
    better: z.enum(["with", "without", "neither"]).nullable(),
  }),
} as const satisfies Experiment;
