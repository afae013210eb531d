import type { Hook, Ops } from "../ops.ts";
import type { Family } from "./family.ts";
import { type Gpt2Config as Config, gpt2Settings as settings } from "./gpt2-config.ts";

export const gpt2: Family<Config> = {
  settings,
  forward,
  weights,
  prefix: "transformer.",
  buffers: /^transformer\.h\.\d+\.attn\.(bias|masked_bias)$/,
  head: "lm_head.weight",
  unembedding: ({ tied_embeddings }) => (tied_embeddings ? "transformer.wte.weight" : gpt2.head),
};

/**
 * GPT-2 (Radford et al., 2019):
 *
 *     x = W_E[tokens] + W_pos
 *     each block:  x ← x + attn(ln₁(x));  x ← x + mlp(ln₂(x))
 *     logits = ln_f(x) · W_U
 *
 * Returns ln_f(x). hook_embed is W_E[tokens], without positions, and ln_final.hook_normalized is after
 * gain and bias, as in TransformerLens without weight processing.
 */
function forward<T>(o: Ops<T>, config: Config, tokens: T, hook: Hook<T>): T {
  const weight = (name: string) => o.weight(`transformer.${name}.weight`);
  const bias = (name: string) => o.weight(`transformer.${name}.bias`);
  const layerNorm = (x: T, name: string) =>
    o.layerNorm(x, weight(name), bias(name), config.layer_norm_eps);
  const project = (x: T, name: string) => o.project(x, weight(name), bias(name));

  const embedded = hook("hook_embed", o.gather(weight("wte"), tokens));
  let x = o.add(embedded, o.positions(weight("wpe")));
  for (let layer = 0; layer < config.n_layers; layer++) {
    const at = (site: string, value: T) => hook(`blocks.${layer}.${site}`, value);
    const name = (part: string) => `h.${layer}.${part}`;

    x = at("hook_resid_pre", x);
    const qkv = project(layerNorm(x, name("ln_1")), name("attn.c_attn"));
    const [q, k, v] = [0, 1, 2].map((i) => o.heads(o.part(qkv, i, 3), config.n_heads));
    const z = at("attn.hook_z", o.attend(q, k, v));
    const attnOut = at("hook_attn_out", project(z, name("attn.c_proj")));

    const mid = at("hook_resid_mid", o.add(x, attnOut));
    const pre = project(layerNorm(mid, name("ln_2")), name("mlp.c_fc"));
    const post = at("mlp.hook_post", o[config.activation](pre));
    const mlpOut = at("hook_mlp_out", project(post, name("mlp.c_proj")));
    x = at("hook_resid_post", o.add(mid, mlpOut));
  }
  return hook("ln_final.hook_normalized", layerNorm(x, "ln_f"));
}

/** Linear layers are [in, out]. */
function weights(config: Config): Map<string, number[]> {
  const { d_model, d_mlp, d_vocab, n_ctx } = config;
  const shapes = new Map([
    ["transformer.wte.weight", [d_vocab, d_model]],
    ["transformer.wpe.weight", [n_ctx, d_model]],
  ]);
  const add = (name: string, ...shape: number[]) =>
    shapes
      .set(`transformer.${name}.weight`, shape)
      .set(`transformer.${name}.bias`, shape.slice(-1));
  for (let layer = 0; layer < config.n_layers; layer++) {
    add(`h.${layer}.ln_1`, d_model);
    add(`h.${layer}.attn.c_attn`, d_model, 3 * d_model);
    add(`h.${layer}.attn.c_proj`, d_model, d_model);
    add(`h.${layer}.ln_2`, d_model);
    add(`h.${layer}.mlp.c_fc`, d_model, d_mlp);
    add(`h.${layer}.mlp.c_proj`, d_mlp, d_model);
  }
  add("ln_f", d_model);
  return shapes.set(gpt2.unembedding(config), [d_vocab, d_model]);
}
