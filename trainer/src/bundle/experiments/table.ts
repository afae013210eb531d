import { z } from "zod";
import { acrossLayers } from "./across-layers.ts";
import { ceDiff } from "./ce-diff.ts";
import { connections } from "./connections.ts";
import { finetune } from "./finetune.ts";
import { layers } from "./layers.ts";
import { norms } from "./norms.ts";
import { orthogonality } from "./orthogonality.ts";
import { removeFrequent } from "./remove-frequent.ts";
import { removeLowest } from "./remove-lowest.ts";
import { singleToken } from "./single-token.ts";
import { stacking } from "./stacking.ts";
import { umap } from "./umap.ts";
import { width } from "./width.ts";

/** Every experiment, in the order in which pages show them. */
export const experiments = {
  ce_diff: ceDiff,
  umap,
  across_layers: acrossLayers,
  remove_lowest: removeLowest,
  remove_frequent: removeFrequent,
  layers,
  finetune,
  stacking,
  orthogonality,
  width,
  connections,
  norms,
  single_token: singleToken,
} as const;

export type ExperimentName = keyof typeof experiments;
export type Sections = {
  [Name in ExperimentName]?: z.infer<(typeof experiments)[Name]["section"]> | undefined;
};

/** The sections that experiments have added to evaluation.json; those of later trainers are left out. */
export const sections = z.object(
  Object.fromEntries(
    Object.entries(experiments).map(([name, { section }]) => [name, section.optional()]),
  ),
) as unknown as z.ZodType<Sections>;
