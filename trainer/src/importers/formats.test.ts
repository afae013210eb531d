import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ReadingKey, reading, unsaid } from "../bundle/index.ts";
import { decode, encode } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign } from "./foreign.ts";
import { findDictionaries } from "./formats.ts";
import { openInput } from "./input.ts";
import { toSae } from "./to-sae.ts";

const root = join(import.meta.dirname, "../../fixtures/foreign");

/** What a fixture leaves to be given. */
const asked: Record<string, ReadingKey[]> = {
  "sparsify/run/layers.0": ["model"],
  "sparsify/run/layers.1.mlp": ["model"],
  "sparsify/transcoder/layers.2.mlp": ["hook_name", "model"],
  "sparsify/square": ["hook_name", "model"],
  "sparsify/old/layers.3/seed1": ["hook_name", "model"],
  "safetensors/linear": ["architecture", "k", "subtract_b_dec", "hook_name", "model"],
  "gemma_scope/gemma-scope-2b-pt-res/layer_0/width_16k/average_l0_105": [
    "hook_name",
    "hook_name_out",
    "model",
  ],
  "gemma_scope/second/transcoder/layer_7_width_16k_l0_small_affine": ["hook_name"],
  "llamascopium/topk": ["model"],
  "llamascopium/topk-plain": ["model"],
  "llamascopium/jumprelu": ["model"],
  "llamascopium/relu": ["model"],
  "llamascopium/transcoder": ["model"],
  "llamascopium/scope/Llama3_1-8B-Base-L5R-8x": ["model"],
};
/** What is given where it is asked for, and changes no number. */
const given = {
  architecture: "standard",
  k: null,
  subtract_b_dec: true,
  hook_name_out: null,
  hook_name: "blocks.0.hook_resid_post",
  model: "embedded",
};

describe("what other systems' own classes make of their files is what is made of them here", () => {
  const saelens = ["standard", "standard-float16", "standard-bfloat16", "standard-float64"]
    .concat("unsubtracted", "layer_norm", "constant_norm", "gated", "jumprelu", "topk")
    .concat("topk-rescaled", "hook_z", "transcoder", "skip_transcoder", "jumprelu_transcoder")
    .concat("jumprelu_skip_transcoder", "batchtopk", "batchtopk-checkpoint", "matryoshka_batchtopk")
    .concat(
      "matryoshka_batchtopk-checkpoint",
      "v3",
      "v3-scaled",
      "v4-topk",
      "v5-gated",
      "v5-jumprelu",
    )
    .map((name) => `saelens/${name}`);

  const sparsify = ["run/layers.0", "run/layers.1.mlp", "transcoder/layers.2.mlp", "square"]
    .concat("old/layers.3/seed1")
    .map((name) => `sparsify/${name}`);
  const llamascopium = ["topk", "topk-plain", "jumprelu", "relu", "transcoder"]
    .concat("scope/Llama3_1-8B-Base-L5R-8x")
    .map((name) => `llamascopium/${name}`);

  const gemma = ["resid_post/layer_7_width_16k_l0_small"]
    .concat("transcoder/layer_7_width_16k_l0_small_affine")
    .map((name) => `second/${name}`)
    .concat("gemma-scope-2b-pt-res/layer_0/width_16k/average_l0_105")
    .map((name) => `gemma_scope/${name}`);

  test.each(["safetensors/linear", ...saelens, ...sparsify, ...llamascopium, ...gemma])(
    "%s",
    async (path) => {
      const [found, ...others] = await find(path);
      expect(others).toEqual([]);
      expect(unsaid(found.described.reading)).toEqual(asked[path] ?? []);
      expectSame(found, path, given);
    },
  );
});

async function find(path: string): Promise<Foreign[]> {
  const input = await openInput(join(root, path));
  return findDictionaries(input);
}

/** Its activations and x̂ of the vectors in expected.json are those that stand there. */
function expectSame(found: Foreign, path: string, given: object = {}): void {
  const { x, acts, x_hat } = JSON.parse(readFileSync(join(root, path, "expected.json"), "utf8"));
  const sae = toSae(found, reading.parse({ ...given, ...found.described.reading }));
  const ours = encode(sae, matrix(x));
  expectClose(ours, matrix(acts));
  expectClose(decode(sae, ours, matrix(x)), matrix(x_hat));
}

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const off = found.data.map((value, at) => Math.abs(value - expected.data[at]));
  expect(Math.max(...off)).toBeLessThan(1e-5);
}

function matrix(rows: number[][]): Tensor {
  return { shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) };
}
