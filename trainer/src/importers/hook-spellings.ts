import { type HookName, type Site, sites } from "../model/hook-names.ts";

/** What others call a place in layer N, where «N» is the layer. */
const spelled: [RegExp, Site][] = [
  [/^resid(?:ual)?_(?:post|out)_layer_?(\d+)$/, "hook_resid_post"],
  [/^resid(?:ual)?_(?:pre|in)_layer_?(\d+)$/, "hook_resid_pre"],
  [/^att(?:n|ention)_out_layer_?(\d+)$/, "hook_attn_out"],
  [/^mlp_out_layer_?(\d+)$/, "hook_mlp_out"],
];

/** A module of transformers, whose output it is. */
const block = /^(?:gpt_neox\.|transformer\.|model\.)?(?:layers|h)\.(\d+)(?:\.(.+))?$/;
const modules: Record<string, Site> = {
  mlp: "hook_mlp_out",
  "mlp.act": "mlp.hook_post",
  "mlp.dense_4h_to_h": "hook_mlp_out",
  "mlp.c_proj": "hook_mlp_out",
  "mlp.down_proj": "hook_mlp_out",
  attention: "hook_attn_out",
  "attention.dense": "hook_attn_out",
  attn: "hook_attn_out",
  "attn.c_proj": "hook_attn_out",
  self_attn: "hook_attn_out",
  "self_attn.o_proj": "hook_attn_out",
};
const embeddings =
  /^(?:gpt_neox\.embed_in|transformer\.wte|(?:model\.)?embed_tokens|hook_embed|embed)$/;

/**
 * TransformerLens' name of a place in a model, of its own names with other separators (`blocks-3-hook_resid_pre`), of
 * module paths (`gpt_neox.layers.3.mlp`) and of names like `resid_post_layer_3`. Null: it is none that is known.
 */
export function toHookName(said: string): HookName | null {
  if (embeddings.test(said)) return "hook_embed";
  const [, own, rest] = /^blocks[-._](\d+)[-._](.+)$/.exec(said) ?? [];
  if (own && rest)
    return at(
      own,
      sites.find((site) => plain(site) === plain(rest)),
    );
  const [, layer, module] = block.exec(said) ?? [];
  if (layer) return at(layer, module ? modules[module] : "hook_resid_post");
  for (const [pattern, site] of spelled) {
    const match = pattern.exec(said);
    if (match) return at(match[1], site);
  }
  return null;
}

function at(layer: string, site: Site | undefined): HookName | null {
  return site && layer.length < 5 ? `blocks.${Number(layer)}.${site}` : null;
}

function plain(site: string): string {
  return site.replace(/[-.]/g, "_");
}
