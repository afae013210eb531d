import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../../bundle/index.ts";
import { evaluateConfig } from "../../../evaluate/config.ts";
import type { ModelConfig } from "../../../model/config.ts";
import { hookWidth, parseHookName } from "../../../model/hook-names.ts";
import { tokenizeConfig } from "../../../text/config.ts";
import { groups, runConfig } from "../../config.ts";
import { dictionaryName } from "../../name.ts";

/** Sizes that are small but telling on the bundled model; every one of them can be given. */
export const sizesConfig = z.object({
  hook_name: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "where what is about one hook is done; null: the residual stream after the middle layer",
    ),
  d_sae: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("features of each dictionary; null: eight for each number in the residual stream"),
  k: z.int().min(4).default(32).describe("active features per token; a family has k/4 to 4k"),
  l1_coefficient: z
    .number()
    .positive()
    .default(1)
    .describe("sparsity weight of standard; a family has a half to four times as much"),
  train_tokens: z.int().positive().default(600_000).describe("tokens to train each dictionary on"),
  datapoints: z.int().nonnegative().default(4000).describe("datapoints kept of each dictionary"),
  dashboard_tokens: z
    .int()
    .positive()
    .default(100_000)
    .describe("tokens that a dictionary's features are described by"),
});

/** The text, less of it than a run takes by default. */
export const textConfig = tokenizeConfig.extend({
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(1_000_000)
    .describe("tokens to take of the text; null: all"),
  held_out_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.06)
    .describe("share of the tokens that is measured on and not trained on"),
});
export const measureConfig = evaluateConfig.pick({ eval_tokens: true });
export const machineConfig = groups.machine.Machine.omit({
  config: true,
  cache: true,
  report: true,
  token: true,
});

/** Everything that the experiments' calls are made of. */
export type Plan = {
  dir: string;
  hook_name: string;
  n_layers: number;
  /** width of the residual stream */
  d_in: number;
  d_sae: number;
  k: number;
  l1_coefficient: number;
  train_tokens: number;
  /** settings that are alike in every training */
  shared: Record<string, unknown>;
  /** where and how fast */
  machine: Record<string, unknown>;
};

/** A verb with its words and flags: one line of a shell. */
export type Call = { verb: string; words: string[]; flags: Record<string, unknown> };

type Sizes = z.output<typeof sizesConfig>;

export function planOf(
  dir: string,
  sizes: Sizes,
  model: ModelConfig,
  { shared, machine }: Pick<Plan, "shared" | "machine">,
): Plan {
  const { datapoints, dashboard_tokens, d_sae, hook_name, ...own } = sizes;
  const hook = hook_name ?? `blocks.${Math.floor(model.n_layers / 2)}.hook_resid_post`;
  if (parseHookName(hook, model).layer === null)
    throw new UsageError(`--hook_name ${hook}: expected a hook in one of the model's layers`);
  const d_in = model.d_model;
  if (hookWidth(hook, model) !== d_in)
    throw new UsageError(`--hook_name ${hook}: expected a hook as wide as the residual stream`);
  const cache = join(dir, "cache");
  return {
    ...own,
    dir,
    hook_name: hook,
    n_layers: model.n_layers,
    d_in,
    d_sae: d_sae ?? 8 * d_in,
    shared: {
      ...shared,
      ...{ train_tokens: own.train_tokens, harvest_tokens: own.train_tokens },
      ...{ datapoints, dashboard_tokens, cache },
    },
    machine,
  };
}

/** The residual stream after a layer. */
export function residual(layer: number): string {
  return `blocks.${layer}.hook_resid_post`;
}

/** The dictionary at every layer that the experiment of that name trains, for others to work on. */
export function layersCall({ dir, shared, d_sae, k, hook_name }: Plan): Call {
  const { site } = parseHookName(hook_name);
  const sites = [...new Set(["hook_mlp_out", "hook_resid_post", site])];
  const settings = { sites, architecture: "topk", d_sae, k };
  return { verb: "layers", words: [join(dir, "layers")], flags: { ...shared, ...settings } };
}

/** Dictionaries at the plan's hook that differ in how sparse they are; that with k itself is one of the layers'. */
export function familyCall(plan: Plan): Call {
  const { dir, shared, hook_name, d_sae, k, l1_coefficient: l1 } = plan;
  const grid = {
    hook_name: [hook_name],
    architecture: ["topk", "standard"],
    d_sae: [d_sae],
    k: otherCounts(k),
    l1_coefficient: [l1 / 2, l1, 2 * l1, 4 * l1],
  };
  return { verb: "sweep", words: [join(dir, "family")], flags: { ...shared, ...grid } };
}

function otherCounts(k: number): number[] {
  return [Math.floor(k / 4), Math.floor(k / 2), 2 * k, 4 * k];
}

/** The run folder of the dictionary that `layersCall` trains at a hook. */
export function layerRun(plan: Plan, hook_name: string): string {
  return join(plan.dir, "layers", nameOf(plan, { hook_name, k: plan.k }));
}

/** Run folders of the family's topk dictionaries, from the densest on, the plan's own k among them. */
export function topkRuns(plan: Plan): string[] {
  const { dir, hook_name, k } = plan;
  const others = otherCounts(k).map((count) => ({
    k: count,
    run: join(dir, "family", nameOf(plan, { hook_name, k: count })),
  }));
  return [...others, { k, run: layerRun(plan, hook_name) }]
    .sort((a, b) => b.k - a.k)
    .map(({ run }) => run);
}

/** The run folder of the family's standard dictionary with the plan's own sparsity weight. */
export function standardRun(plan: Plan): string {
  const { hook_name, l1_coefficient } = plan;
  const own = { hook_name, architecture: "standard" as const, l1_coefficient };
  return join(plan.dir, "family", nameOf(plan, own));
}

function nameOf(
  { d_sae, d_in }: Plan,
  settings: Partial<Parameters<typeof dictionaryName>[0]>,
): string {
  const whole = runConfig.parse({ architecture: "topk", d_sae, ...settings });
  return dictionaryName(whole, d_in).toLowerCase();
}
