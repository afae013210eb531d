import { parseHookName } from "../model/hook-names.ts";
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

/** A name that tells a model's dictionaries apart, e.g. res3-16x-topk32, mlp0-8x-standard-l1-0.5 */
export function dictionaryName(
  {
    hook_name,
    architecture,
    d_sae,
    k,
    l1_coefficient,
  }: Pick<RunConfig, "hook_name" | "architecture" | "d_sae" | "k" | "l1_coefficient">,
  d_in: number,
): string {
  const { layer, site } = parseHookName(hook_name);
  const expansion = Number((d_sae / d_in).toFixed(2));
  const rules: Record<RunConfig["architecture"], string> = {
    topk: `topk${k}`,
    standard: `standard-l1-${l1_coefficient}`,
  };
  return `${shortSites[site]}${layer ?? ""}-${expansion}x-${rules[architecture]}`;
}
