import { z } from "zod";
import type { Architecture } from "../../bundle/cfg.ts";
import { UsageError } from "../../bundle/errors.ts";
import type { ToyResult } from "../../bundle/toy.ts";
import { hasK, misfit, saeConfig } from "../../sae/config.ts";
import { trainConfig } from "../../train/config.ts";
import type { Planted } from "../../train/planted.ts";
import type { TrainSettings } from "../../train/settings.ts";
import { featuresOf, plantedConfig, plantOf } from "./planted-config.ts";

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
  const n_features = featuresOf(config, point);
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
