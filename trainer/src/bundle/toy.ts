import { z } from "zod";
import { architectures } from "./cfg.ts";
import { slug } from "./manifest.ts";

/** How the features of a planted dictionary go together. */
export const plantedKinds = ["independent", "correlated", "composed"] as const;
export type PlantedKind = (typeof plantedKinds)[number];

/** What a toy measures, and by which formula; the same care as for the metrics. */
export const toyMeasures = {
  mmcs: {
    title: "MMCS",
    formula:
      "Mean max cosine similarity: the mean over true features of the largest cosine between its direction and a decoder row (Sharkey et al. 2022).",
    formula_version: 1,
    digits: 3,
    better: "higher",
  },
  found: {
    title: "Found",
    formula: "Share of true features to which some decoder row has a cosine above found_cosine.",
    formula_version: 1,
    digits: 3,
    better: "higher",
  },
  composed_learnt: {
    title: "Composed learnt",
    formula:
      "Share of the pairs A, B for whose joint direction (d_A + d_B, scaled to length 1) some decoder row has a cosine above found_cosine, larger than its cosines to A and to B.",
    formula_version: 1,
    digits: 3,
    better: "neither",
  },
  learnt_mmcs: {
    title: "MMCS of the learnt",
    formula:
      "Mean over the features that fire on held-out rows of the largest cosine between their decoder row and a true direction: how much of what was learnt is true.",
    formula_version: 1,
    digits: 3,
    better: "higher",
  },
  fvu: {
    title: "FVU",
    formula: "Σ‖x − x̂‖² / Σ‖x − x̄‖² over held-out rows.",
    formula_version: 1,
    digits: 4,
    better: "lower",
  },
  l0: {
    title: "L0",
    formula: "Mean number of active features per held-out row.",
    formula_version: 1,
    digits: 2,
    better: "neither",
  },
  l0_true: {
    title: "True L0",
    formula: "Expected number of true features that are on per row.",
    formula_version: 1,
    digits: 2,
    better: "neither",
  },
  dead_fraction: {
    title: "Dead",
    formula: "Share of the learnt features that are active on no held-out row.",
    formula_version: 1,
    digits: 3,
    better: "lower",
  },
} as const;
export type ToyMeasure = keyof typeof toyMeasures;

const cosine = z.number().min(-1.0001).max(1.0001);
const place = z.object({ x: z.number(), y: z.number() });

/** What was learnt of one planted dictionary. */
export const toyResult = z.object({
  name: slug,
  planted: z.enum(plantedKinds),
  d_in: z.int().positive(),
  n_features: z.int().positive(),
  architecture: z.enum(architectures),
  d_sae: z.int().positive(),
  k: z.int().positive().nullable(),
  /** SAEs that were trained one after another on what the ones before had left */
  stages: z.int().positive(),
  orthogonality_coefficient: z.number().nonnegative(),
  /** composed_learnt is null where nothing is composed */
  measures: z.object({
    mmcs: z.number(),
    found: z.number(),
    composed_learnt: z.number().nullable(),
    learnt_mmcs: z.number(),
    fvu: z.number(),
    l0: z.number(),
    l0_true: z.number(),
    dead_fraction: z.number(),
  } satisfies Record<ToyMeasure, z.ZodType>),
  /** largest cosine of a decoder row with each true feature, and with each pair's joint direction */
  true_cosines: z.array(cosine),
  composed_cosines: z.array(cosine),
  /** of two dimensions: unit vectors; learnt features with how often they fire */
  picture: z
    .object({
      true: z.array(place),
      composed: z.array(place),
      learnt: z.array(place.extend({ density: z.number().min(0).max(1) })),
    })
    .nullable(),
});
export type ToyResult = z.infer<typeof toyResult>;

/** toy.json: what autoencoders learn where the truth is known. */
export const toy = z.object({
  toy_version: z.literal(1),
  formula_version: z.int().positive(),
  name: slug,
  trainer_version: z.string(),
  engine: z.string(),
  seed: z.int(),
  /** rows that each was trained on, and rows it was measured on */
  tokens: z.int().positive(),
  held_out_tokens: z.int().positive(),
  config: z.record(z.string(), z.unknown()),
  results: z.array(toyResult).min(1),
});
export type Toy = z.infer<typeof toy>;
