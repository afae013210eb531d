import type { Hook, Ops } from "../ops.ts";
import type { Family } from "./family.ts";
import { type GptNeoxConfig as Config, gptNeoxSettings as settings } from "./gpt-neox-config.ts";
import { ropeFrequencies } from "./rope.ts";

export const gptNeox: Family<Config> = {
  settings,
  forward,
  weights,
  prefix: "gpt_neox.",
  buffers: /^gpt_neox\.layers\.\d+\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/,
  head: "embed_out.weight",
  unembedding: ({ tied_embeddings }) =>
    tied_embeddings ? "gpt_neox.embed_in.weight" : gptNeox.head,
};

/**
 * GPT-NeoX (Black et al., 2022), the architecture of the Pythias:
 *
 *     x = W_E[tokens]
 *     each block, in parallel:   x ← x + attn(ln₁(x)) + mlp(ln₂(x))
 *     or one after the other:    x ← x + attn(ln₁(x));  x ← x + mlp(ln₂(x))
 *     logits = ln_f(x) · W_U
 *
 * Returns ln_f(x). Hooks have TransformerLens' names and its meaning without
 * weight processing: ln_final.hook_normalized is after gain and bias.
 */
function forward<T>(o: Ops<T>, config: Config, tokens: T, hook: Hook<T>): T {
  const layerNorm = (x: T, name: string) =>
    o.layerNorm(x, o.weight(`${name}.weight`), o.weight(`${name}.bias`), config.layer_norm_eps);
  const linear = (x: T, name: string, hasBias = true) =>
    o.linear(x, o.weight(`${name}.weight`), hasBias ? o.weight(`${name}.bias`) : undefined);
  const frequencies = ropeFrequencies(config.rope, config.rotary_dim);
  const rotate = (x: T) => o.rotate(x, frequencies);

  let x = hook("hook_embed", o.gather(o.weight("gpt_neox.embed_in.weight"), tokens));
  for (let layer = 0; layer < config.n_layers; layer++) {
    const at = (site: string, value: T) => hook(`blocks.${layer}.${site}`, value);
    const name = (part: string) => `gpt_neox.layers.${layer}.${part}`;

    x = at("hook_resid_pre", x);
    const normalized = layerNorm(x, name("input_layernorm"));
    const qkv = linear(normalized, name("attention.query_key_value"), config.attention_bias);
    const perHead = o.heads(qkv, config.n_heads);
    const [q, k, v] = [0, 1, 2].map((part) => o.part(perHead, part, 3));
    const z = at("attn.hook_z", o.attend(rotate(q), rotate(k), v));
    const attnOut = at("hook_attn_out", linear(z, name("attention.dense"), config.attention_bias));

    let mid = o.add(x, attnOut);
    if (!config.parallel_residual) mid = at("hook_resid_mid", mid);
    const mlpIn = layerNorm(config.parallel_residual ? x : mid, name("post_attention_layernorm"));
    const post = at(
      "mlp.hook_post",
      o[config.activation](linear(mlpIn, name("mlp.dense_h_to_4h"))),
    );
    const mlpOut = at("hook_mlp_out", linear(post, name("mlp.dense_4h_to_h")));
    x = at("hook_resid_post", o.add(mid, mlpOut));
  }
  return hook("ln_final.hook_normalized", layerNorm(x, "gpt_neox.final_layer_norm"));
}

/** Linear layers are [out, in]. */
function weights(config: Config): Map<string, number[]> {
  const { d_model, d_mlp, d_vocab } = config;
  const shapes = new Map<string, number[]>([["gpt_neox.embed_in.weight", [d_vocab, d_model]]]);
  const layerNorm = (name: string) =>
    shapes.set(`${name}.weight`, [d_model]).set(`${name}.bias`, [d_model]);
  const linear = (name: string, d_out: number, d_in: number, hasBias = true) => {
    shapes.set(`${name}.weight`, [d_out, d_in]);
    if (hasBias) shapes.set(`${name}.bias`, [d_out]);
  };
  for (let layer = 0; layer < config.n_layers; layer++) {
    const block = `gpt_neox.layers.${layer}`;
    layerNorm(`${block}.input_layernorm`);
    linear(`${block}.attention.query_key_value`, 3 * d_model, d_model, config.attention_bias);
    linear(`${block}.attention.dense`, d_model, d_model, config.attention_bias);
    layerNorm(`${block}.post_attention_layernorm`);
    linear(`${block}.mlp.dense_h_to_4h`, d_mlp, d_model);
    linear(`${block}.mlp.dense_4h_to_h`, d_model, d_mlp);
  }
  layerNorm("gpt_neox.final_layer_norm");
  return shapes.set(gptNeox.unembedding(config), [d_vocab, d_model]);
}
