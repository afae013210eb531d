import { UsageError } from "../bundle/errors.ts";
import type { ModelConfig } from "./config.ts";

/** Where in a block an activation can be read, by TransformerLens' names. */
export const sites = [
  "hook_resid_pre",
  "attn.hook_z",
  "hook_attn_out",
  "hook_resid_mid",
  "mlp.hook_post",
  "hook_mlp_out",
  "hook_resid_post",
] as const;
export type Site = (typeof sites)[number];

export type HookName = `blocks.${number}.${Site}` | "hook_embed" | "ln_final.hook_normalized";

/** A hook's name taken apart; `layer` is null outside the blocks. */
export type ParsedHookName =
  | { layer: number; site: Site }
  | { layer: null; site: "hook_embed" | "ln_final.hook_normalized" };

/** Throws UsageError saying what is expected; knows the model's layers and branches when given its config. */
export function parseHookName(name: string, config?: HookableConfig): ParsedHookName {
  if (name === "hook_embed" || name === "ln_final.hook_normalized")
    return { layer: null, site: name };
  const [, digits, site] = /^blocks\.(0|[1-9]\d{0,8})\.(.+)$/.exec(name) ?? [];
  if (!isSite(site))
    throw new UsageError(
      `unknown hook name: ${name} (expected blocks.N.SITE, SITE one of ${sites.join(", ")}; or hook_embed or ln_final.hook_normalized)`,
    );
  const layer = Number(digits);
  if (config && layer >= config.n_layers)
    throw new UsageError(
      `hook ${name}: the model has no layer ${layer} (expected 0 to ${config.n_layers - 1})`,
    );
  if (config?.parallel_residual && site === "hook_resid_mid")
    throw new UsageError(
      `hook ${name}: this model runs attention and MLP side by side, so there is no residual stream between them`,
    );
  return { layer, site };
}

/** d_in at a hook. */
export function hookWidth(name: string, config: ModelConfig): number {
  const { site } = parseHookName(name, config);
  if (site === "attn.hook_z") return config.n_heads * config.d_head;
  return site === "mlp.hook_post" ? config.d_mlp : config.d_model;
}

/** Every hook of a model, in the order of its forward pass. */
export function hookNames(config: HookableConfig): HookName[] {
  const blocks = Array.from({ length: config.n_layers }, (_, layer) =>
    sites
      .filter((site) => !(config.parallel_residual && site === "hook_resid_mid"))
      .map((site): HookName => `blocks.${layer}.${site}`),
  );
  return ["hook_embed", ...blocks.flat(), "ln_final.hook_normalized"];
}

type HookableConfig = Pick<ModelConfig, "n_layers" | "parallel_residual">;

function isSite(site: string | undefined): site is Site {
  return (sites as readonly (string | undefined)[]).includes(site);
}
