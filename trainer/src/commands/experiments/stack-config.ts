import { z } from "zod";
import { UsageError } from "../../bundle/index.ts";
import { hasK } from "../../sae/config.ts";
import { groups, type RunConfig, runConfig } from "../config.ts";
import { listOf } from "../sweep/config.ts";

/** Settings of a run that each stage may have a value of its own for. */
export const perStage = [
  "d_sae",
  "k",
  "l1_coefficient",
  "l0_coefficient",
  "train_tokens",
] as const satisfies (keyof RunConfig)[];
type PerStage = (typeof perStage)[number];

/** What does not apply: a stack is of one hook. */
const left = ["hook_name_out", "skip_connection"];

const architecture = z
  .enum(["standard", "jumprelu", "batchtopk", "matryoshka_batchtopk"])
  .default("standard")
  .describe(
    "sparsifying rule; topk cannot be stacked, as it selects from each row and not by feature, nor can gated, which has no form that gives another thing than it reads",
  );

/** The settings of a run with lists for those of the stages. */
function staged(schema: z.ZodObject): z.ZodObject {
  const shape = Object.entries(schema.shape).filter(([name]) => !left.includes(name));
  return z.object(
    Object.fromEntries(
      shape.map(([name, setting]) => {
        if (name === "architecture") return [name, architecture];
        const isStaged = (perStage as readonly string[]).includes(name);
        return [name, isStaged ? listOf(setting as z.ZodType) : setting];
      }),
    ),
  );
}

/** The settings that only a stack has. */
const stackSettings = z.object({
  stages: z
    .int()
    .min(2)
    .default(2)
    .describe(
      "stages to train at most; d_sae, k, l1_coefficient, l0_coefficient and train_tokens are given once for all of them, or once for each",
    ),
  target_fvu: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("fvu on the held-out activations at which no further stage is trained; null: none"),
  repeat_data: z
    .boolean()
    .default(false)
    .describe("train every stage on the same tokens, not on the ones that follow"),
  at_once: z
    .boolean()
    .default(true)
    .describe(
      "train, in DIR/at-once-1 and so on, what it is compared with: as many features at once on as many tokens, at about the L0 of the stack",
    ),
  against: z
    .array(z.string())
    .default([])
    .describe("run folders of dictionaries of the same hook to compare with, instead"),
});

export const stackConfig = staged(runConfig).extend(stackSettings.shape);
export type StackConfig = Omit<RunConfig, PerStage> &
  z.output<typeof stackSettings> & { [Name in PerStage]: RunConfig[Name][] };

/** Flags by the heading under which the help lists them. */
export const stackFlags: Record<string, z.ZodObject> = {
  Stacking: stackSettings,
  ...Object.fromEntries(
    Object.values(groups)
      .flatMap((group) => Object.entries(group))
      .map(([title, schema]) => [title, staged(schema)]),
  ),
};

/** Which of a stack's settings are its own and not a run's; those of the stages as far as the architecture reads them. */
export function ownSettings(config: StackConfig): Record<string, unknown> {
  const sparsity = sparsityOf(config);
  const names = [...Object.keys(stackSettings.shape), "d_sae", sparsity, "train_tokens"];
  return Object.fromEntries(names.map((name) => [name, config[name as keyof StackConfig]]));
}

/** The setting that makes features fewer. */
export function sparsityOf({ architecture }: Pick<StackConfig, "architecture">) {
  if (hasK(architecture)) return "k";
  return architecture === "jumprelu" ? "l0_coefficient" : "l1_coefficient";
}

/** The settings of one stage, as those of a run. */
export function stageConfig(config: StackConfig, run: RunConfig, stage: number): RunConfig {
  const own = perStage.map((name) => [name, nth(config, name, stage)]);
  return { ...run, ...Object.fromEntries(own) };
}

/** The settings of the first stages together, as those of a run that trains as many features on as many tokens at once. */
export function wholeConfig(config: StackConfig, stages: number): Partial<RunConfig> {
  const each = Array.from({ length: stages }, (_, stage) => stage);
  const sum = (name: PerStage) => each.reduce((sum, stage) => sum + nth(config, name, stage), 0);
  const least = (name: PerStage) => Math.min(...each.map((stage) => nth(config, name, stage)));
  const { stages: _, target_fvu, repeat_data, at_once, against, ...asRun } = config;
  return {
    ...asRun,
    d_sae: sum("d_sae"),
    train_tokens: sum("train_tokens"),
    k: sum("k"),
    l1_coefficient: least("l1_coefficient"),
    l0_coefficient: least("l0_coefficient"),
  };
}

function nth(config: StackConfig, name: PerStage, stage: number): number {
  const { [name]: values } = config;
  return values.length === 1 ? values[0] : values[stage];
}

/** A setting is given once, or once for each stage. */
export function refuseCounts(config: StackConfig): void {
  for (const name of perStage) {
    const { length } = config[name];
    if (length !== 1 && length !== config.stages)
      throw new UsageError(
        `--${name}: given ${length} times (expected once, or once for each of the ${config.stages} stages)`,
      );
  }
}
