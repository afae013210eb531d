import { describe, expect, test } from "vitest";
import {
  gpt2,
  llama_3_2,
  mistral,
  pythia,
  qwen_2_5,
  realConfigs,
} from "../../fixtures/model/real-configs.ts";
import { BundleError } from "../bundle/errors.ts";
import { parseModelConfig } from "./config.ts";

const parse = (json: object) => parseModelConfig(JSON.stringify(json), "config.json", "here");

describe("a GPT-NeoX", () => {
  test("has the sizes of pythia-70m", () => {
    expect(parse(pythia)).toEqual({
      id: "here",
      model_type: "gpt_neox",
      n_layers: 6,
      d_model: 512,
      n_heads: 8,
      n_kv_heads: 8,
      d_head: 64,
      d_mlp: 2048,
      d_vocab: 50304,
      n_ctx: 2048,
      bos_token_id: 0,
      parallel_residual: true,
      rotary_dim: 16,
      rope: { rope_type: "default", rope_theta: 10000 },
      layer_norm_eps: 1e-5,
      activation: "gelu",
      attention_bias: true,
      tied_embeddings: false,
    });
  });

  test("may hold the rotary settings as transformers 5 writes them", () => {
    const rest = without(pythia, "rotary_emb_base rotary_pct");
    const rope_parameters = { rope_type: "default", rope_theta: 500, partial_rotary_factor: 0.5 };
    expect(parse({ ...rest, rope_parameters })).toMatchObject({
      rotary_dim: 32,
      rope: { rope_theta: 500 },
    });
  });

  test.each<[string, unknown, string]>([
    ["hidden_act", "relu", '"relu" is not supported (expected gelu, gelu_new'],
    ["rope_scaling", { type: "dynamic", factor: 2 }, "expected default, linear or llama3"],
    ["rope_parameters", { rope_type: "yarn" }, "expected default, linear or llama3"],
    ["rope_parameters", { rope_type: "default", factor: 2 }, "factor"],
    ["rope_theta", 500, "500, but rotary_emb_base is 10000"],
    ["quantization_config", { bits: 4 }, "not supported (expected false or null)"],
    ["use_sparse_attention", true, "not known; it may change the numbers"],
    ["hidden_size", 0, "expected number to be >0"],
    ["num_attention_heads", 7, "7 does not divide the width 512"],
    ["vocab_size", "many", "expected number"],
    ["rotary_pct", 0.24, "0.24 of 64 rotates 15 numbers of each head"],
  ])("is refused for %s %j", (key, value, message) => {
    const refused = () => parse({ ...pythia, [key]: value });
    expect(refused).toThrow(BundleError);
    expect(refused).toThrow(`config.json: ${key}`);
    expect(refused).toThrow(message);
  });
});

describe("a GPT-2", () => {
  test("has the sizes of gpt2", () => {
    expect(parse(gpt2)).toEqual({
      id: "here",
      model_type: "gpt2",
      n_layers: 12,
      d_model: 768,
      n_heads: 12,
      n_kv_heads: 12,
      d_head: 64,
      d_mlp: 3072,
      d_vocab: 50257,
      n_ctx: 1024,
      bos_token_id: 50256,
      parallel_residual: false,
      layer_norm_eps: 1e-5,
      activation: "geluTanh",
      tied_embeddings: true,
    });
  });

  test("may have an MLP of another width", () => {
    expect(parse({ ...gpt2, n_inner: 100 }).d_mlp).toBe(100);
  });

  test.each<[string, unknown, string]>([
    ["activation_function", "quick_gelu", '"quick_gelu" is not supported (expected gelu, gelu_new'],
    ["scale_attn_weights", false, "not supported (expected true)"],
    ["scale_attn_by_inverse_layer_idx", true, "not supported (expected false or null)"],
    ["add_cross_attention", true, "not supported (expected false or null)"],
    ["n_head", 7, "7 does not divide the width 768"],
  ])("is refused for %s %j", (key, value, message) => {
    expect(() => parse({ ...gpt2, [key]: value })).toThrow(`config.json: ${key}: ${message}`);
  });
});

describe("a Llama", () => {
  test("has the sizes of Llama-3.2-1B", () => {
    expect(parse(llama_3_2)).toEqual({
      id: "here",
      model_type: "llama",
      n_layers: 16,
      d_model: 2048,
      n_heads: 32,
      n_kv_heads: 8,
      d_head: 64,
      d_mlp: 8192,
      d_vocab: 128256,
      n_ctx: 131072,
      bos_token_id: 128000,
      parallel_residual: false,
      rope: {
        rope_type: "llama3",
        rope_theta: 500000,
        factor: 32,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 8192,
      },
      rms_norm_eps: 1e-5,
      activation: "silu",
      qkv_bias: false,
      o_bias: false,
      mlp_bias: false,
      tied_embeddings: true,
    });
  });

  test("has biases where they are asked for, as Qwen2 has on queries, keys and values", () => {
    expect(parse({ ...llama_3_2, attention_bias: true })).toMatchObject({
      qkv_bias: true,
      o_bias: true,
      mlp_bias: false,
    });
    expect(parse({ ...llama_3_2, mlp_bias: true })).toMatchObject({
      o_bias: false,
      mlp_bias: true,
    });
    expect(parse(qwen_2_5)).toMatchObject({ qkv_bias: true, o_bias: false, mlp_bias: false });
  });

  test("may have heads of another size than d_model / n_heads", () => {
    expect(parse({ ...llama_3_2, head_dim: 80 }).d_head).toBe(80);
  });

  test("without num_key_value_heads has keys for every head", () => {
    expect(parse(without(llama_3_2, "num_key_value_heads")).n_kv_heads).toBe(32);
  });

  test("may name linear scaling as older files do", () => {
    const { rope } = {
      ...parse({ ...llama_3_2, rope_scaling: { type: "linear", factor: 2 } }),
    } as {
      rope?: unknown;
    };
    expect(rope).toEqual({ rope_type: "linear", factor: 2, rope_theta: 500000 });
  });

  test("sees no further than its attention reaches back", () => {
    expect(parse(mistral).n_ctx).toBe(4096);
    expect(parse({ ...mistral, sliding_window: null }).n_ctx).toBe(32768);
    expect(parse(without(mistral, "sliding_window")).n_ctx).toBe(4096);
    expect(parse({ ...qwen_2_5, sliding_window: 128 }).n_ctx).toBe(32768);
    const slides = { ...qwen_2_5, sliding_window: 128, use_sliding_window: true };
    expect(parse(slides).n_ctx).toBe(128);
  });

  test.each<[string, unknown, string]>([
    ["rope_scaling", { type: "dynamic", factor: 2 }, "expected default, linear or llama3"],
    ["rope_scaling", { rope_type: "yarn", factor: 2 }, "expected default, linear or llama3"],
    ["rope_scaling", { type: "longrope", short_factor: [] }, "expected default, linear or llama3"],
    ["rope_scaling", { ...llama_3_2.rope_scaling, high_freq_factor: 1 }, "is not below"],
    ["rope_parameters", { rope_type: "default" }, "rope_scaling: given beside rope_parameters"],
    ["partial_rotary_factor", 0.5, "0.5 is not supported (expected 1)"],
    ["rope_interleaved", true, "not supported (expected false or null)"],
    ["num_key_value_heads", 5, "5 does not divide the 32 heads"],
    ["head_dim", 63, "63 numbers cannot be rotated in pairs"],
    ["sliding_window", 128, "not known"],
  ])("is refused for %s %j", (key, value, message) => {
    expect(() => parse({ ...llama_3_2, [key]: value })).toThrow(BundleError);
    expect(() => parse({ ...llama_3_2, [key]: value })).toThrow(message);
  });
});

test("what a file leaves out is as transformers has it", () => {
  const neox = without(pythia, "hidden_act rotary_pct rotary_emb_base layer_norm_eps bos_token_id");
  expect(parse(neox)).toMatchObject({
    activation: "gelu",
    rotary_dim: 16,
    rope: { rope_theta: 10000 },
    layer_norm_eps: 1e-5,
    attention_bias: true,
    bos_token_id: null,
  });
  expect(parse(without(gpt2, "activation_function layer_norm_epsilon"))).toMatchObject({
    activation: "geluTanh",
    layer_norm_eps: 1e-5,
    tied_embeddings: true,
  });
  const bare = "hidden_act rope_theta rope_scaling rms_norm_eps tie_word_embeddings head_dim";
  expect(parse(without(llama_3_2, bare))).toMatchObject({
    activation: "silu",
    rope: { rope_type: "default", rope_theta: 10000 },
    rms_norm_eps: 1e-6,
    tied_embeddings: false,
    d_head: 64,
  });
});

test.each(Object.entries(realConfigs))("%s is taken as it is", (_, config) => {
  expect(() => parse(config)).not.toThrow();
});

test.each(["mamba", "toString", 7, undefined])(
  "model_type %j is refused, saying which are known",
  (model_type) => {
    expect(() => parse({ ...pythia, model_type })).toThrow(BundleError);
    expect(() => parse({ ...pythia, model_type })).toThrow("is not supported (expected gpt_neox");
  },
);

test.each(["{", "null", "[]"])("%s is refused", (text) => {
  expect(() => parseModelConfig(text, "here/config.json", "x")).toThrow(BundleError);
});

function without(config: object, keys: string): object {
  const left = Object.entries(config).filter(([key]) => !keys.split(" ").includes(key));
  return Object.fromEntries(left);
}
