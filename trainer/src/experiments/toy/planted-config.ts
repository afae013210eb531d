import { z } from "zod";
import { UsageError } from "../../bundle/errors.ts";
import { plantedKinds, type ToyResult } from "../../bundle/toy.ts";
import {
  type Planted,
  plantComposed,
  plantCorrelated,
  plantDictionary,
} from "../../train/planted.ts";

const frequency = z.number().min(0).max(1);

/** What is planted; of each list every value is tried with every one of the others. */
export const plantedConfig = z.object({
  planted: z
    .array(z.enum(plantedKinds))
    .nonempty()
    .default([...plantedKinds])
    .describe("how true features go together"),
  toy_d_in: z
    .array(z.int().min(2).max(1024))
    .nonempty()
    .default([2, 64])
    .describe("hidden dimensions; two make a picture"),
  n_features: z
    .int()
    .min(2)
    .nullable()
    .default(null)
    .describe("true features; null: twice the hidden dimensions, in two of them 5, or a pair"),
  active: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "true features that are on per row on average (independent, correlated); null: 4, in two dimensions 0.5",
    ),
  correlation: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("of the features of a group (correlated)"),
  group_size: z.int().min(2).default(4).describe("features in a group (correlated)"),
  frequency_a: frequency
    .nullable()
    .default(null)
    .describe("how often A is on without B (composed); null: 3 / n_features, at most 0.2"),
  frequency_b: frequency
    .nullable()
    .default(null)
    .describe("how often B is on without A (composed); null: as A"),
  frequency_ab: frequency
    .nullable()
    .default(null)
    .describe("how often both are (composed); null: as A"),
  found_cosine: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe("cosine above which a feature counts as found"),
  held_out_rows: z.int().positive().default(10_000).describe("rows to measure on"),
});
export type PlantedConfig = z.output<typeof plantedConfig>;

/** How many features are planted. */
export function featuresOf(
  { n_features }: Pick<PlantedConfig, "n_features">,
  { planted, d_in }: Pick<ToyResult, "planted" | "d_in">,
): number {
  const found = n_features ?? (d_in === 2 ? (planted === "composed" ? 2 : 5) : 2 * d_in);
  if (planted === "composed" && found % 2 === 1)
    throw new UsageError(
      `--n_features ${found}: expected an even number, for composed features come in pairs`,
    );
  return found;
}

/** The dictionary; chances that cannot be are a UsageError. */
export function plantOf(
  config: PlantedConfig & { seed: number },
  kind: ToyResult["planted"],
  sizes: { d_in: number; n_features: number },
): Planted {
  const active = config.active ?? (sizes.d_in === 2 ? 0.5 : 4);
  if (active > sizes.n_features)
    throw new UsageError(`--active ${active}: expected at most n_features (${sizes.n_features})`);
  if (kind === "independent") return plantDictionary(config.seed, { ...sizes, active });
  if (kind === "correlated") return plantCorrelated(config.seed, { ...config, ...sizes, active });
  const frequency_a = config.frequency_a ?? Math.min(0.2, 3 / sizes.n_features);
  const frequency_b = config.frequency_b ?? frequency_a;
  const frequency_ab = config.frequency_ab ?? frequency_a;
  const sum = frequency_a + frequency_b + frequency_ab;
  if (sum > 1)
    throw new UsageError(
      `--frequency_a, --frequency_b and --frequency_ab sum to ${sum} (expected at most 1)`,
    );
  return plantComposed(config.seed, { ...sizes, frequency_a, frequency_b, frequency_ab });
}
