import { availableParallelism } from "node:os";
import { basename, isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { type HarvestConfig, harvestConfig, hooksOf } from "../activations/config.ts";
import { slug } from "../bundle/index.ts";
import { dashboardConfig } from "../dashboard/config.ts";
import { evaluateConfig } from "../evaluate/config.ts";
import { deviceChoices, precisions } from "../model/devices/choices.ts";
import { misfit, saeConfig } from "../sae/config.ts";
import { kernelChoices } from "../sae/kernel/choices.ts";
import { tokenizeConfig } from "../text/config.ts";
import { sharedTextSpec } from "../text/corpus/text-spec.ts";
import { trainConfig } from "../train/config.ts";
import { configFile } from "./config-file.ts";
import type { Stage } from "./run-folder.ts";

/** What a run's results depend on beside the stages' own settings. */
const seedConfig = z.object({
  seed: z
    .int()
    .nonnegative()
    .default(0)
    .describe("every random choice but the order of the documents follows from it"),
});
const nameConfig = z.object({
  name: slug.nullable().default(null).describe("name of the bundle; null: like res3-16x-topk32"),
});

/** What changes nothing but where and how fast; and, with the device, the last bits. */
const machineConfig = z.object({
  device: z
    .enum(deviceChoices)
    .default("auto")
    .describe(
      "where the model runs, and with tfjs autoencoders are trained; trainer devices says what is there",
    ),
  precision: z
    .enum(precisions)
    .default("float32")
    .describe(
      "of the model's products, on AMX processors: bf16x6 is as exact as float32, bf16x3 off by up to 3e-5; both are faster",
    ),
  sae_kernel: z
    .enum(kernelChoices)
    .default("auto")
    .describe(
      "what trains and applies autoencoders on the processor: native (npm run build:native), portable (WebAssembly), auto: native where it is built; results are the same for either",
    ),
  threads: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("threads to work with, null: one per core; results are the same for any number"),
  cache: z
    .string()
    .nullable()
    .default(null)
    .transform((path) => path && resolve(path))
    .describe("folder for tokens/ and activations/, so that runs share them; null: the run's own"),
  cache_limit_gb: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe(
      "most gigabytes of a run's activations to keep when they are harvested; training computes the others again whenever it needs them, with the same results; null: all are kept",
    ),
  memory_limit_gb: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "most gigabytes of memory to train in; a sweep that needs more is trained in several groups; null: nine tenths of what there is",
    ),
  report: z
    .string()
    .nullable()
    .default(null)
    .describe("address of a hub that shows the run live; null: one on this machine may find it"),
  token: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "token for the hub to report to, an API token with the scope runs or its RUN_TOKEN, or @FILE that holds it; null: HUB_TOKEN",
    ),
});

/** The flags of verbs that make nothing of their own folder, but work on what a run made. */
export const computeConfig = machineConfig.pick({
  device: true,
  precision: true,
  sae_kernel: true,
  threads: true,
});

export function threadsOf({ threads }: Pick<RunConfig, "threads">): number {
  return threads ?? availableParallelism();
}

/** Flags by the heading under which the help lists them. */
export const groups = {
  tokenize: { Text: tokenizeConfig },
  harvest: { Activations: harvestConfig },
  train: { "Sparse autoencoder": saeConfig, Training: trainConfig.extend(seedConfig.shape) },
  evaluate: { Evaluation: evaluateConfig },
  dashboard: { Dashboard: dashboardConfig.extend(nameConfig.shape) },
  machine: { Machine: machineConfig.extend(configFile.shape) },
};

/** The whole of config.json: one flat list of settings. */
export const runConfig = z
  .object({
    ...tokenizeConfig.shape,
    ...harvestConfig.shape,
    ...saeConfig.shape,
    ...trainConfig.shape,
    ...seedConfig.shape,
    ...evaluateConfig.shape,
    ...dashboardConfig.shape,
    ...nameConfig.shape,
    ...machineConfig.shape,
  })
  .superRefine((settings, context) => {
    const found = misfit(settings) ?? transcoderMisfit(settings);
    if (found) context.addIssue({ code: "custom", path: [found.name], message: found.expected });
  });
export type RunConfig = z.infer<typeof runConfig>;

function transcoderMisfit({
  architecture,
  hook_name_out,
  skip_connection,
}: Pick<RunConfig, "architecture" | "hook_name_out" | "skip_connection">) {
  if (skip_connection && hook_name_out === null)
    return { name: "skip_connection", expected: "expected false without --hook_name_out" };
  if (architecture === "gated" && hook_name_out !== null)
    return { name: "hook_name_out", expected: "expected null for gated, which has no transcoders" };
  return null;
}

/**
 * The settings that results depend on, without what is this machine's alone: its folders, threads and
 * device, which `engine` names, and whom to tell.
 */
export function sharedSettings(config: RunConfig): Record<string, unknown> {
  const { precision: _, ...own } = machineConfig.shape;
  const shared = Object.entries(config).filter(([key]) => !Object.hasOwn(own, key));
  const { model, text } = config;
  return {
    ...Object.fromEntries(shared),
    model: isAbsolute(model) ? basename(model) : model,
    text: text.map(sharedTextSpec),
  };
}

export const stages = [
  { name: "tokenize", config: tokenizeConfig, place: "cache", marks: () => ["tokens/tokens.json"] },
  {
    name: "harvest",
    config: harvestConfig,
    place: "cache",
    marks: (config) =>
      hooksOf(config as HarvestConfig).map((hook) => `activations/${hook}/activations.json`),
    chosen: ["hook_name", "hook_name_out"],
    begun: "activations",
  },
  {
    name: "train",
    config: z.object({ ...saeConfig.shape, ...trainConfig.shape, ...seedConfig.shape }),
    place: "run",
    marks: () => ["bundle/cfg.json"],
    begun: "checkpoints",
  },
  {
    name: "evaluate",
    config: evaluateConfig,
    place: "run",
    marks: () => ["bundle/evaluation.json"],
  },
  {
    name: "dashboard",
    config: z.object({ ...dashboardConfig.shape, ...nameConfig.shape }),
    place: "run",
    marks: () => ["bundle/manifest.json"],
  },
] as const satisfies Stage[];
export type StageName = (typeof stages)[number]["name"];
