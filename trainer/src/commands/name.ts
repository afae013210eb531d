import type { ForeignFormat } from "../bundle/index.ts";
import { parseHookName } from "../model/hook-names.ts";
import { hasK } from "../sae/config.ts";
import type { RunConfig } from "./config.ts";

/** How a hook's site is called in a name. */
const shortSites: Record<ReturnType<typeof parseHookName>["site"], string> = {
  hook_embed: "embed",
  hook_resid_pre: "pre",
  "attn.hook_z": "z",
  hook_attn_out: "att",
  hook_resid_mid: "mid",
  "mlp.hook_post": "act",
  hook_mlp_out: "mlp",
  hook_resid_post: "res",
  "ln_final.hook_normalized": "final",
};

/**
 * A name that tells a model's dictionaries apart, e.g. res3-16x-topk32, mlp0-8x-standard-l1-0.5; of a
 * transcoder mid2-mlp2-8x-topk32-skip
 */
export function dictionaryName(settings: NameSettings, d_in: number): string {
  const { hook_name, hook_name_out, skip_connection, d_sae, architecture } = settings;
  return [
    shortHook(hook_name),
    ...(hook_name_out === null ? [] : [shortHook(hook_name_out)]),
    `${expansionOf(d_sae, d_in)}x`,
    rules[architecture](settings),
    ...(skip_connection ? ["skip"] : []),
  ].join("-");
}

/** The same of one that another system made, of whose training little is known: res3-64x-jumprelu-gemma_scope */
export function importedName(
  { hook_name, hook_name_out, architecture, k, d_sae }: NameSettings,
  d_in: number,
  format: ForeignFormat,
): string {
  return [
    shortHook(hook_name),
    ...(hook_name_out === null ? [] : [shortHook(hook_name_out)]),
    `${expansionOf(d_sae, d_in)}x`,
    hasK(architecture) ? `${architecture}${k}` : architecture,
    format,
  ].join("-");
}

function expansionOf(d_sae: number, d_in: number): number {
  return Number((d_sae / d_in).toFixed(2));
}

function shortHook(name: string): string {
  const { layer, site } = parseHookName(name);
  return `${shortSites[site]}${layer ?? ""}`;
}

type NameSettings = Pick<
  RunConfig,
  | "hook_name"
  | "hook_name_out"
  | "skip_connection"
  | "architecture"
  | "d_sae"
  | "k"
  | "l1_coefficient"
  | "l0_coefficient"
>;

const rules: Record<RunConfig["architecture"], (settings: NameSettings) => string> = {
  standard: ({ l1_coefficient }) => `standard-l1-${l1_coefficient}`,
  gated: ({ l1_coefficient }) => `gated-l1-${l1_coefficient}`,
  jumprelu: ({ l0_coefficient }) => `jumprelu-l0-${l0_coefficient}`,
  topk: ({ k }) => `topk${k}`,
  batchtopk: ({ k }) => `batchtopk${k}`,
  matryoshka_batchtopk: ({ k }) => `matryoshka${k}`,
};
