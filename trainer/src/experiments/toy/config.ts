import { z } from "zod";
import type { Architecture } from "../../bundle/cfg.ts";
import { UsageError } from "../../bundle/errors.ts";
import { plantedKinds, type ToyResult } from "../../bundle/toy.ts";
import { hasK, misfit, saeConfig } from "../../sae/config.ts";
import { trainConfig } from "../../train/config.ts";
import {
  type Planted,
  plantComposed,
  plantCorrelated,
  plantDictionary,
} from "../../train/planted.ts";
import type { TrainSettings } from "../../train/settings.ts";

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

/** How it is learnt: a training's settings, of which architecture may be given several times. */
export const toyTrainConfig = z.object({
  ...saeConfig.shape,
  ...trainConfig.shape,
  architecture: z
    .array(saeConfig.shape.architecture.def.innerType)
    .nonempty()
    .default(["standard", "topk"])
    .describe("sparsifying rules"),
  orthogonality_coefficient: z
    .array(z.number().nonnegative())
    .nonempty()
    .default([0])
    .describe("weights of a penalty on |cos| between decoder rows; 0: none"),
  stages: z
    .array(z.int().positive().max(8))
    .nonempty()
    .default([1])
    .describe(
      "stages that are trained one after another on what those before leave, with equal parts of the features, of k and of the rows; more than 1 for all but topk and gated",
    ),
  d_sae: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("learnt features; null: as many as true ones, and one for each pair"),
  k: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "active features per row (topk family); null: as many as true ones are on, rounded up",
    ),
  train_tokens: trainConfig.shape.train_tokens.default(500_000).describe("rows to train on"),
  train_batch_tokens: trainConfig.shape.train_batch_tokens
    .default(512)
    .describe("rows per training step"),
  dead_after_tokens: trainConfig.shape.dead_after_tokens
    .default(20_000)
    .describe("rows without firing after which a feature counts as dead"),
  initial_l0: trainConfig.shape.initial_l0
    .default(0)
    .describe(trainConfig.shape.initial_l0.description ?? ""),
  seed: z.int().nonnegative().default(0).describe("every random choice follows from it"),
});

export const toyConfig = z.object({ ...plantedConfig.shape, ...toyTrainConfig.shape });
export type ToyConfig = z.output<typeof toyConfig>;

/** One planted dictionary and how it is to be learnt. */
export type ToySetting = Pick<
  ToyResult,
  | "name"
  | "planted"
  | "d_in"
  | "n_features"
  | "architecture"
  | "orthogonality_coefficient"
  | "stages"
  | "d_sae"
  | "k"
> & {
  plant(): Planted;
  /** of each stage */
  stageSettings: TrainSettings[];
};

/** What selects from a row, or gives nothing else than what it reads, cannot be stacked. */
const alone: Architecture[] = ["topk", "gated"];

/** Every combination, in the order of the lists; settings that do not fit together are a UsageError. */
export function toySettings(config: ToyConfig): ToySetting[] {
  const points: Point[] = config.planted.flatMap((planted) =>
    config.toy_d_in.flatMap((d_in) =>
      config.architecture.flatMap((architecture) =>
        config.orthogonality_coefficient.flatMap((orthogonality_coefficient) =>
          config.stages.map((stages) => ({
            planted,
            d_in,
            architecture,
            orthogonality_coefficient,
            stages,
          })),
        ),
      ),
    ),
  );
  const possible = points.filter(
    ({ stages, architecture }) => stages === 1 || !alone.includes(architecture),
  );
  if (possible.length === 0)
    throw new UsageError(
      `--stages ${config.stages.join(" ")}: ${config.architecture.join(" and ")} cannot be stacked (expected 1, or another architecture)`,
    );
  return possible.map((point) => settingOf(config, point));
}

type Point = Pick<
  ToySetting,
  "planted" | "d_in" | "architecture" | "orthogonality_coefficient" | "stages"
>;

function settingOf(config: ToyConfig, point: Point): ToySetting {
  const { planted: kind, d_in, architecture, orthogonality_coefficient, stages } = point;
  const n_features = config.n_features ?? (d_in === 2 ? (kind === "composed" ? 2 : 5) : 2 * d_in);
  if (kind === "composed" && n_features % 2 === 1)
    throw new UsageError(
      `--n_features ${n_features}: expected an even number, for composed features come in pairs`,
    );
  const planted = plantOf(config, kind, { d_in, n_features });
  const d_sae = config.d_sae ?? n_features + planted.pairs.length;
  const k = config.k ?? Math.max(1, Math.ceil(planted.active));
  const stageSettings = Array.from({ length: stages }, (_, stage): TrainSettings => {
    const part = (whole: number) => Math.max(1, partOf(whole, stage, stages));
    const { train_tokens } = config;
    const own = { d_sae: part(d_sae), k: part(k), train_tokens: part(train_tokens) };
    return { ...config, ...point, ...own };
  });
  for (const settings of stageSettings) {
    const found = misfit(settings);
    if (found)
      throw new UsageError(
        `--${found.name} ${settings[found.name]}: ${found.expected} (${kind}, ${d_in} dimensions)`,
      );
  }
  if (d_sae < stages)
    throw new UsageError(
      `--stages ${stages}: expected at most d_sae (${d_sae}; ${kind}, ${d_in} dimensions)`,
    );
  const staged = stages > 1 ? `-${stages}stages` : "";
  const penalized = orthogonality_coefficient > 0 ? `-orth${orthogonality_coefficient}` : "";
  return {
    ...point,
    name: `${kind}-${d_in}d-${architecture.replace("_", "-")}${penalized}${staged}`,
    n_features,
    d_sae,
    k: hasK(architecture) ? k : null,
    plant: () => planted,
    stageSettings,
  };
}

/** One of `parts` parts that are as equal as they can be; the first ones are the larger. */
function partOf(whole: number, at: number, parts: number): number {
  return Math.floor(whole / parts) + (at < whole % parts ? 1 : 0);
}

function plantOf(
  config: ToyConfig,
  kind: ToyConfig["planted"][number],
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
