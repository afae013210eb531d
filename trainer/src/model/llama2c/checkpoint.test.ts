import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { rampCheckpoint } from "../../../fixtures/llama2c.ts";
import { parseModelConfig } from "../config.ts";
import { readCheckpoint } from "./checkpoint.ts";

const dir = mkdtempSync(join(tmpdir(), "llama2c-"));
afterAll(() => rmSync(dir, { recursive: true }));
const path = join(dir, "model.bin");
const read = (bytes: Uint8Array) => {
  writeFileSync(path, bytes);
  return readCheckpoint(path);
};

// width 8, MLP 3, 2 layers, 2 heads sharing 1 of keys and values, 10 tokens, 2 positions
const header = [8, 3, 2, 2, 1, 10, 2];
/*
 * First numbers of each part, counted by hand:
 *   0 W_E (10·8)   80 norm₁ (2·8)   96 W_Q (2·64)   224 W_K (2·32)   288 W_V (2·32)   352 W_O (2·64)
 *   480 norm₂ (2·8)   496 gate (2·24)   544 down (2·24)   592 up (2·24)   640 norm (8)   648 cos, sin (2·4)
 */
const FLOATS = 656;

test("every weight stands under its name in transformers", () => {
  const { weights } = read(rampCheckpoint(header, FLOATS));
  const first = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, [data[0], ...shape]]),
  );
  expect(first).toEqual({
    "model.embed_tokens.weight": [0, 10, 8],
    "model.layers.0.input_layernorm.weight": [80, 8],
    "model.layers.1.input_layernorm.weight": [88, 8],
    "model.layers.0.self_attn.q_proj.weight": [96, 8, 8],
    "model.layers.1.self_attn.q_proj.weight": [160, 8, 8],
    "model.layers.0.self_attn.k_proj.weight": [224, 4, 8],
    "model.layers.1.self_attn.k_proj.weight": [256, 4, 8],
    "model.layers.0.self_attn.v_proj.weight": [288, 4, 8],
    "model.layers.1.self_attn.v_proj.weight": [320, 4, 8],
    "model.layers.0.self_attn.o_proj.weight": [352, 8, 8],
    "model.layers.1.self_attn.o_proj.weight": [416, 8, 8],
    "model.layers.0.post_attention_layernorm.weight": [480, 8],
    "model.layers.1.post_attention_layernorm.weight": [488, 8],
    "model.layers.0.mlp.gate_proj.weight": [496, 3, 8],
    "model.layers.1.mlp.gate_proj.weight": [520, 3, 8],
    "model.layers.0.mlp.down_proj.weight": [544, 8, 3],
    "model.layers.1.mlp.down_proj.weight": [568, 8, 3],
    "model.layers.0.mlp.up_proj.weight": [592, 3, 8],
    "model.layers.1.mlp.up_proj.weight": [616, 3, 8],
    "model.norm.weight": [640, 8],
  });
});

test("rows that llama2.c rotates as neighbours stand half a head apart", () => {
  const { weights } = read(rampCheckpoint(header, FLOATS));
  const rows = (name: string, from: number) => {
    const { data, shape } = weights[`model.layers.0.self_attn.${name}.weight`];
    return Array.from({ length: shape[0] }, (_, row) => (data[row * 8] - from) / 8);
  };
  expect(rows("q_proj", 96)).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  expect(rows("k_proj", 224)).toEqual([0, 2, 1, 3]);
  expect(rows("v_proj", 288)).toEqual([0, 1, 2, 3]);
});

test("a negative vocabulary means that W_U follows the angles", () => {
  const untied = read(rampCheckpoint([8, 3, 2, 2, 1, -10, 2], FLOATS + 80));
  expect(untied.weights["lm_head.weight"]).toMatchObject({ shape: [10, 8] });
  expect(untied.weights["lm_head.weight"].data[0]).toBe(FLOATS);
  expect(untied.config).toMatchObject({ tie_word_embeddings: false, vocab_size: 10 });
});

test("the config is one that the Llama family knows", () => {
  const { config } = read(rampCheckpoint(header, FLOATS));
  expect(parseModelConfig(JSON.stringify(config), "config.json", "tiny")).toMatchObject({
    model_type: "llama",
    d_model: 8,
    n_heads: 2,
    n_kv_heads: 1,
    d_mlp: 3,
    n_ctx: 2,
    d_vocab: 10,
    rms_norm_eps: 1e-5,
    tied_embeddings: true,
    bos_token_id: 1,
  });
});

test("what follows the weights is kept apart", () => {
  const file = Buffer.concat([rampCheckpoint(header, FLOATS), Buffer.from("tokenizer")]);
  expect(Buffer.from(read(file).rest).toString()).toBe("tokenizer");
});

test.each([
  [[8, 3, 2, 2, 1, 10], 0, "it ends 4 bytes too early"],
  [[8, 3, -2, 2, 1, 10, 2], FLOATS, "its header says n_layers -2"],
  [[8, 3, 2, 3, 1, 10, 2], FLOATS, "d_model 8 is not 3 heads of an even width"],
  [[8, 3, 2, 2, 3, 10, 2], FLOATS, "n_kv_heads 3 does not divide the 2 heads"],
  [header, FLOATS - 1, "holds 2648 bytes, its header [8, 3, 2, 2, 1, 10, 2] asks for 2652"],
  // sizes that no machine could hold: nothing is allocated for them
  [[2 ** 30, 2 ** 30, 2 ** 30, 2, 1, 2 ** 30, 2 ** 30], FLOATS, "holds 2652 bytes"],
  [[8, 3, 2, 2, 1, 10, 2], FLOATS + 1400, "and a tokenizer at most"],
])("a header %j before %d numbers is refused: %s", (sizes, floats, message) => {
  const bytes = rampCheckpoint(sizes, floats);
  expect(() => read(bytes)).toThrow(`${path}: `);
  expect(() => read(bytes)).toThrow(message);
});

test("a file that is not there is refused by name", () => {
  expect(() => readCheckpoint("/nowhere/model.bin")).toThrow("/nowhere/model.bin: cannot be read");
});
