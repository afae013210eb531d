import { closeSync, fstatSync, openSync } from "node:fs";
import { BundleError, UsageError } from "../../bundle/errors.ts";
import { readExactly } from "../../bundle/safetensors-header.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { MAX_TOKEN_BYTES } from "../../text/llama2c-tokenizer.ts";
import { bytesOf, namesOf, parseHeader, partsOf, type Sizes } from "./layout.ts";

export type Checkpoint = {
  sizes: Sizes;
  /** transformers' config.json */
  config: Record<string, unknown>;
  /** under transformers' names */
  weights: Record<string, Tensor>;
  /** what follows the weights in the file: nothing, or a tokenizer */
  rest: Uint8Array;
};

const HEADER_BYTES = 28;
const MAX_BYTES = 2 ** 32;
const ROPE_THETA = 10_000;

/**
 * Reads a checkpoint of llama2.c (github.com/karpathy/llama2.c, run.c): sizes, then float32 weights in a fixed
 * order. Nothing is allocated before the sizes agree with the length of the file.
 */
export function readCheckpoint(path: string): Checkpoint {
  const fd = open(path);
  try {
    const header = new Int32Array(HEADER_BYTES / 4);
    readExactly(fd, path, new Uint8Array(header.buffer), 0);
    const sizes = parseHeader(header, path);
    const bytes = partsOf(sizes).reduce((sum, part) => sum + bytesOf(part, sizes), HEADER_BYTES);
    const { size } = fstatSync(fd);
    const mostRest = 4 + sizes.d_vocab * (8 + MAX_TOKEN_BYTES);
    if (bytes > size || size > bytes + mostRest)
      throw new BundleError(
        `${path}: holds ${size} bytes, its header [${header.join(", ")}] asks for ${bytes} and a tokenizer at most (expected a llama2.c checkpoint)`,
      );
    if (bytes > MAX_BYTES) throw new BundleError(`${path}: is larger than ${MAX_BYTES} bytes`);
    const weights = readWeights(fd, path, sizes);
    const rest = new Uint8Array(size - bytes);
    readExactly(fd, path, rest, bytes);
    return { sizes, config: configOf(sizes), weights, rest };
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new UsageError(`${path}: cannot be read (expected a llama2.c checkpoint)`, { cause });
  }
}

function readWeights(fd: number, path: string, sizes: Sizes): Record<string, Tensor> {
  const weights: Record<string, Tensor> = {};
  let position = HEADER_BYTES;
  for (const part of partsOf(sizes))
    for (const name of namesOf(part, sizes)) {
      const tensor = zeros(...part.shape);
      readExactly(fd, path, new Uint8Array(tensor.data.buffer), position);
      position += tensor.data.byteLength;
      if (name !== null) weights[name] = part.heads ? pairsToHalves(tensor, part.heads) : tensor;
    }
  return weights;
}

/**
 * llama2.c rotates neighbours (2i, 2i + 1) of a head, transformers (i, i + d_head / 2): the rows of W_Q and W_K
 * change places, and all scores stay the same.
 */
function pairsToHalves(W: Tensor, heads: number): Tensor {
  const [n, width] = W.shape;
  const d_head = n / heads;
  const out = zeros(n, width);
  for (let row = 0; row < n; row++) {
    const i = row % d_head;
    const to = row - i + (i % 2) * (d_head / 2) + Math.floor(i / 2);
    out.data.set(W.data.subarray(row * width, (row + 1) * width), to * width);
  }
  return out;
}

function configOf(sizes: Sizes): Record<string, unknown> {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_act: "silu",
    hidden_size: sizes.d_model,
    intermediate_size: sizes.d_mlp,
    num_hidden_layers: sizes.n_layers,
    num_attention_heads: sizes.n_heads,
    num_key_value_heads: sizes.n_kv_heads,
    vocab_size: sizes.d_vocab,
    max_position_embeddings: sizes.n_ctx,
    rms_norm_eps: 1e-5,
    rope_theta: ROPE_THETA,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: sizes.tied,
    bos_token_id: 1,
    eos_token_id: 2,
    torch_dtype: "float32",
  };
}
