import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import { readSafetensors, type StoredArray, writeSafetensors } from "../tensor/safetensors.ts";
import { parseModelConfig } from "./config.ts";
import { loadModel } from "./model.ts";

const tiny = join(import.meta.dirname, "../../fixtures/model/tiny-parallel");

describe("config.json", () => {
  const pythia = {
    model_type: "gpt_neox",
    hidden_act: "gelu",
    hidden_size: 512,
    num_hidden_layers: 6,
    num_attention_heads: 8,
    intermediate_size: 2048,
    vocab_size: 50304,
    max_position_embeddings: 2048,
    rotary_pct: 0.25,
    rotary_emb_base: 10000,
    torch_dtype: "float16",
  };
  const parse = (changes: object) =>
    parseModelConfig(JSON.stringify({ ...pythia, ...changes }), "config.json", "pythia");

  test("gives the sizes of the model", () => {
    expect(parse({})).toEqual({
      id: "pythia",
      n_layers: 6,
      d_model: 512,
      n_heads: 8,
      n_kv_heads: 8,
      d_head: 64,
      d_mlp: 2048,
      d_vocab: 50304,
      n_ctx: 2048,
      rotary_dim: 16,
      rotary_base: 10000,
      layer_norm_eps: 1e-5,
      parallel_residual: true,
      attention_bias: true,
      tied_embeddings: false,
    });
  });

  test("may hold the rotary settings as transformers 5 writes them", () => {
    const rope_parameters = { rope_type: "default", rope_theta: 500, partial_rotary_factor: 0.5 };
    const { rotary_dim, rotary_base } = parse({ rope_parameters });
    expect({ rotary_dim, rotary_base }).toEqual({ rotary_dim: 32, rotary_base: 500 });
  });

  test.each([
    ["model_type", "llama"],
    ["hidden_act", "gelu_new"],
    ["rope_scaling", { type: "linear", factor: 2 }],
    ["rope_parameters.rope_type", undefined, { rope_parameters: { rope_type: "yarn" } }],
    ["rope_parameters", { rope_type: "default", factor: 2 }],
    ["quantization_config", { bits: 4 }],
    ["hidden_size", 0],
    ["num_attention_heads", 7],
    ["vocab_size", "many"],
  ])("%s is refused by name when this forward pass does not compute it", (key, value, changes?) => {
    const refused = () => parse((changes as object | undefined) ?? { [key]: value });
    expect(refused).toThrow(BundleError);
    expect(refused).toThrow(key);
    expect(refused).toThrow("config.json");
  });

  test("an odd number of rotated dimensions is refused", () => {
    expect(() => parse({ hidden_size: 96, rotary_pct: 0.25 })).toThrow("rotates 3 numbers");
  });

  test("what is not JSON is refused", () => {
    expect(() => parseModelConfig("{", "here/config.json", "x")).toThrow(
      "here/config.json: not JSON",
    );
  });
});

describe("model.safetensors", () => {
  let dir: string;
  const gain = "gpt_neox.layers.1.input_layernorm.weight";
  const save = (change: (tensors: Record<string, StoredArray>) => void) => {
    const file = readSafetensors(join(tiny, "model.safetensors"));
    const tensors: Record<string, StoredArray> = Object.fromEntries(
      file.names.map((name) => [name, file.tensor(name)]),
    );
    file.close();
    change(tensors);
    writeSafetensors(join(dir, "model.safetensors"), tensors);
  };
  const putInGain = (value: number) => (tensors: Record<string, StoredArray>) => {
    tensors[gain].data[5] = value;
  };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "model-"));
  });
  beforeEach(() => copyFileSync(join(tiny, "config.json"), join(dir, "config.json")));
  afterAll(() => rmSync(dir, { recursive: true }));

  test.each<[string, (tensors: Record<string, StoredArray>) => void, string]>([
    ["a missing tensor", (t) => delete t[gain], `${gain} is missing (expected [60])`],
    [
      "a tensor of another shape",
      (t) => {
        t[gain] = { shape: [59], data: new Float32Array(59) };
      },
      `${gain} has shape [59] (expected [60])`,
    ],
    ["a number that is none", putInGain(NaN), `${gain} holds NaN at index 5`],
    ["an infinite number", putInGain(Infinity), `${gain} holds Infinity at index 5`],
    [
      "a tensor of another model",
      (t) => {
        t["gpt_neox.layers.3.input_layernorm.weight"] = t[gain];
      },
      "gpt_neox.layers.3.input_layernorm.weight [60] has no place",
    ],
  ])("%s is refused, naming the tensor", async (_, change, message) => {
    save(change);
    const loading = loadModel(dir, { threads: 1 });
    await expect(loading).rejects.toThrow(BundleError);
    await expect(loading).rejects.toThrow(message);
  });

  test("the buffers that older checkpoints carry are passed over", async () => {
    save((t) => {
      t["gpt_neox.layers.0.attention.masked_bias"] = { shape: [], data: Float32Array.of(-1e9) };
    });
    const model = await loadModel(dir, { threads: 1, id: "older" });
    expect(model.config.id).toBe("older");
    expect(model.weights_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is asked for when it is not there", async () => {
    rmSync(join(dir, "model.safetensors"), { force: true });
    await expect(loadModel(dir, { threads: 1 })).rejects.toThrow("model.safetensors: there is no");
    writeFileSync(join(dir, "model.safetensors.index.json"), "{}");
    await expect(loadModel(dir, { threads: 1 })).rejects.toThrow("in several files");
  });
});

test("a folder without config.json is not a model's", async () => {
  await expect(loadModel(tmpdir(), { threads: 1 })).rejects.toThrow("is it a model's folder?");
});
