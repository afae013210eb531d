/** Where an activation can be read, by TransformerLens' names; whether it is of a block. */
export const hookSites = {
  hook_resid_post: true,
  hook_resid_pre: true,
  hook_resid_mid: true,
  hook_mlp_out: true,
  hook_attn_out: true,
  "attn.hook_z": true,
  "mlp.hook_post": true,
  hook_embed: false,
  "ln_final.hook_normalized": false,
} as const;

/** blocks.3.hook_resid_post → its layer and site; null for what is no hook's name. */
export function parseHook(name: string): { layer: number | null; site: string } | null {
  const [, layer, site = ""] = /^blocks\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (layer !== undefined && hookSites[site as keyof typeof hookSites])
    return { layer: Number(layer), site };
  return Object.hasOwn(hookSites, name) && !hookSites[name as keyof typeof hookSites]
    ? { layer: null, site: name }
    : null;
}
