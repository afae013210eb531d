import type { Hook, Ops } from "../ops.ts";
import type { Family } from "./family.ts";
import { type LlamaConfig as Config, llamaSettings as settings } from "./llama-config.ts";
import { ropeFrequencies } from "./rope.ts";

/** Llama, and those that differ from it by biases and the reach of attention: Mistral, Qwen2. */
export const llama: Family<Config> = {
  settings,
  forward,
  weights,
  prefix: "model.",
  buffers: /^model\.(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/,
  head: "lm_head.weight",
  unembedding: ({ tied_embeddings }) =>
    tied_embeddings ? "model.embed_tokens.weight" : llama.head,
};

/**
 * LLaMA (Touvron et al., 2023):
 *
 *     x = W_E[tokens]
 *     each block:  x ← x + attn(norm₁(x));  x ← x + mlp(norm₂(x))
 *     norm(x) = gain · x / √(mean(x²) + eps)
 *     mlp(x)  = (silu(x · W_gate) · (x · W_up)) · W_down
 *     logits  = norm_f(x) · W_U
 *
 * Groups of neighbouring heads share keys and values. Returns norm_f(x); ln_final.hook_normalized is before
 * the gain, as in TransformerLens.
 */
function forward<T>(o: Ops<T>, config: Config, tokens: T, hook: Hook<T>): T {
  const { n_heads, n_kv_heads } = config;
  const weight = (name: string) => o.weight(`model.${name}.weight`);
  const normalized = (x: T) => o.rmsNorm(x, config.rms_norm_eps);
  const norm = (x: T, name: string) => o.scale(normalized(x), weight(name));
  const linear = (x: T, name: string, hasBias: boolean) =>
    o.linear(x, weight(name), hasBias ? o.weight(`model.${name}.bias`) : undefined);
  const frequencies = ropeFrequencies(config.rope, config.d_head);

  let x = hook("hook_embed", o.gather(weight("embed_tokens"), tokens));
  for (let layer = 0; layer < config.n_layers; layer++) {
    const at = (site: string, value: T) => hook(`blocks.${layer}.${site}`, value);
    const name = (part: string) => `layers.${layer}.${part}`;

    x = at("hook_resid_pre", x);
    const attnIn = norm(x, name("input_layernorm"));
    const heads = (part: string, count: number) =>
      o.heads(linear(attnIn, name(`self_attn.${part}_proj`), config.qkv_bias), count);
    const q = o.rotate(heads("q", n_heads), frequencies);
    const k = o.rotate(heads("k", n_kv_heads), frequencies);
    const z = at("attn.hook_z", o.attend(q, k, heads("v", n_kv_heads)));
    const attnOut = at("hook_attn_out", linear(z, name("self_attn.o_proj"), config.o_bias));

    const mid = at("hook_resid_mid", o.add(x, attnOut));
    const mlpIn = norm(mid, name("post_attention_layernorm"));
    const gate = o[config.activation](linear(mlpIn, name("mlp.gate_proj"), config.mlp_bias));
    const up = linear(mlpIn, name("mlp.up_proj"), config.mlp_bias);
    const post = at("mlp.hook_post", o.multiply(gate, up));
    const mlpOut = at("hook_mlp_out", linear(post, name("mlp.down_proj"), config.mlp_bias));
    x = at("hook_resid_post", o.add(mid, mlpOut));
  }
  return o.scale(hook("ln_final.hook_normalized", normalized(x)), weight("norm"));
}

/** Linear layers are [out, in]. */
function weights(config: Config): Map<string, number[]> {
  const { d_model, d_mlp, d_vocab, qkv_bias, o_bias, mlp_bias } = config;
  const [d_q, d_kv] = [config.n_heads, config.n_kv_heads].map((heads) => heads * config.d_head);
  const shapes = new Map([["model.embed_tokens.weight", [d_vocab, d_model]]]);
  const add = (name: string, shape: number[], hasBias = false) => {
    shapes.set(`model.${name}.weight`, shape);
    if (hasBias) shapes.set(`model.${name}.bias`, [shape[0]]);
  };
  for (let layer = 0; layer < config.n_layers; layer++) {
    const block = `layers.${layer}`;
    add(`${block}.input_layernorm`, [d_model]);
    add(`${block}.self_attn.q_proj`, [d_q, d_model], qkv_bias);
    add(`${block}.self_attn.k_proj`, [d_kv, d_model], qkv_bias);
    add(`${block}.self_attn.v_proj`, [d_kv, d_model], qkv_bias);
    add(`${block}.self_attn.o_proj`, [d_model, d_q], o_bias);
    add(`${block}.post_attention_layernorm`, [d_model]);
    add(`${block}.mlp.gate_proj`, [d_mlp, d_model], mlp_bias);
    add(`${block}.mlp.up_proj`, [d_mlp, d_model], mlp_bias);
    add(`${block}.mlp.down_proj`, [d_model, d_mlp], mlp_bias);
  }
  add("norm", [d_model]);
  return shapes.set(llama.unembedding(config), [d_vocab, d_model]);
}
