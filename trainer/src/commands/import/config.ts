import { resolve } from "node:path";
import { z } from "zod";
import { harvestConfig } from "../../activations/config.ts";
import { reading } from "../../bundle/index.ts";
import { LEAST_TOKENS } from "../../importers/sample.ts";
import { tokenizeConfig } from "../../text/config.ts";
import { groups, type RunConfig, sharedSettings } from "../config.ts";

export const importConfig = z.object({
  where: z
    .string()
    .nullable()
    .default(null)
    .describe("which dictionary of several in INPUT; null: the only one, else an error lists them"),
  dashboards: z
    .string()
    .nullable()
    .default(null)
    .transform((path) => path && resolve(path))
    .describe(
      "folder of SAEDashboard's batch-*.json, whose pages are taken instead of computing them; null: those in INPUT, if there are any",
    ),
  check_tokens: z
    .int()
    .min(LEAST_TOKENS)
    .default(4096)
    .describe("held-out tokens on which the reading is compared with others"),
  accept: z
    .boolean()
    .default(false)
    .describe("take the reading although another one fits better; the bundle says so"),
  weights_only: z
    .boolean()
    .default(false)
    .describe(
      "write the weights as SAELens has them and stop, unchecked, where the model is not at hand; the same command without it goes on",
    ),
});
export type ImportConfig = z.infer<typeof importConfig>;

/** The parts of a reading as flags, none of which has a default. */
export const readingFlags = reading.partial();

/** What of a run's settings an imported dictionary has, beside what its reading says. */
const measures = {
  Text: tokenizeConfig.omit({ model: true }),
  "Tokens that count": harvestConfig.pick({
    exclude_first_position: true,
    exclude_special_tokens: true,
  }),
  Evaluation: groups.evaluate.Evaluation,
  Dashboard: groups.dashboard.Dashboard.extend(groups.train.Training.pick({ seed: true }).shape),
};
const machine = groups.machine.Machine.omit({
  config: true,
  cache_limit_gb: true,
  memory_limit_gb: true,
});

export const importFlags = {
  Import: importConfig,
  "Reading, each part as the files say it unless it is given": readingFlags,
  ...measures,
  Machine: machine,
};

/** The settings of a run that are taken from flags. */
export const runFlags = z.object({
  ...measures.Text.shape,
  ...measures["Tokens that count"].shape,
  ...measures.Evaluation.shape,
  ...measures.Dashboard.shape,
  ...machine.shape,
});

/** The settings that results depend on, but for those of a training, which was elsewhere. */
export function importedSettings(config: RunConfig): Record<string, unknown> {
  const ofDictionary = ["model", "hook_name", "hook_name_out", "architecture", "d_sae"];
  const hasK = config.architecture.includes("topk");
  const own = [...Object.keys(runFlags.shape), ...ofDictionary, ...(hasK ? ["k"] : [])];
  return Object.fromEntries(
    Object.entries(sharedSettings(config)).filter(([key]) => own.includes(key)),
  );
}
