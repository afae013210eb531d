import { describe, expect, test } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import { parseModelConfig } from "./config.ts";

const pythia = {
  architectures: ["GPTNeoXForCausalLM"],
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: "gelu",
  hidden_size: 512,
  initializer_range: 0.02,
  intermediate_size: 2048,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  model_type: "gpt_neox",
  num_attention_heads: 8,
  num_hidden_layers: 6,
  rotary_emb_base: 10000,
  rotary_pct: 0.25,
  tie_word_embeddings: false,
  torch_dtype: "float16",
  transformers_version: "4.24.0",
  use_cache: true,
  use_parallel_residual: true,
  vocab_size: 50304,
};

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
    const { rotary_emb_base, rotary_pct, ...rest } = pythia;
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
