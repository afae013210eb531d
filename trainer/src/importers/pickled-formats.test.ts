import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { largestDifference, readExpected } from "../../fixtures/foreign-expected.ts";
import { type ReadingKey, unsaid } from "../bundle/index.ts";
import { findDictionaries } from "./formats.ts";
import { openInput } from "./input.ts";

const root = join(import.meta.dirname, "../../fixtures/foreign");

/** What the files leave to be given. */
const asked: Record<string, ReadingKey[]> = {
  "dictionary_learning/no_config": ["architecture", "k", "hook_name", "model"],
  "dictionary_learning/unset_threshold": ["architecture", "k"],
  learned_dicts: ["model"],
  "state_dict/relu": ["architecture", "k", "subtract_b_dec", "hook_name", "model"],
  "state_dict/top_k": ["subtract_b_dec", "hook_name", "model"],
  "state_dict/jump_relu": ["subtract_b_dec", "hook_name", "model"],
};

describe("a dictionary that torch.save wrote does here what it does there", () => {
  const within = ["dictionary_learning", "openai", "tied_sae", "state_dict"].flatMap((format) =>
    readdirSync(join(root, format)).map((name) => `${format}/${name}`),
  );
  test.each([...within, "e2e_sae", "learned_dicts"])("%s", async (path) => {
    const found = await find(path);
    const expected = readExpected(join(root, path));
    expect(found.map(({ described }) => described.where)).toEqual(
      Object.keys(expected.dictionaries),
    );
    for (const one of found) {
      expect(one.described.format).toBe(path.split("/")[0]);
      expect(unsaid(one.described.reading)).toEqual(asked[path] ?? []);
      expect(largestDifference(one, expected)).toBeLessThan(1e-5);
    }
  });
});

test.each([
  ["dictionary_learning/batch_top_k", { architecture: "batchtopk", k: 3, context_size: 128 }],
  ["dictionary_learning/matryoshka", { architecture: "matryoshka_batchtopk", k: 3 }],
  ["dictionary_learning/no_config", { architecture: null, k: 3, context_size: null }],
])("%s says how it was trained, besides how it is run", async (path, trained) => {
  const [{ described }] = await find(path);
  expect(described.trained).toMatchObject(trained);
});

test.each([
  ["dictionary_learning/auto_encoder", "blocks.3.hook_resid_post", "EleutherAI/pythia-70m-deduped"],
  ["dictionary_learning/gated", "blocks.3.hook_attn_out", "EleutherAI/pythia-70m-deduped"],
  ["openai/top_k", "blocks.8.hook_resid_post", "openai-community/gpt2"],
  ["openai/relu", "blocks.0.mlp.hook_post", "openai-community/gpt2"],
  ["e2e_sae", "blocks.2.hook_resid_pre", "openai-community/gpt2"],
  ["tied_sae/untied", "blocks.3.hook_mlp_out", "EleutherAI/pythia-70m-deduped"],
])("%s belongs to %s of %s", async (path, hook_name, model) => {
  const [{ described }] = await find(path);
  expect(described.reading).toMatchObject({ hook_name, hook_name_out: null, model });
});

test("a checkpoint in mid-training says so, and takes norm_factor the right way", async () => {
  const [{ described }] = await find("dictionary_learning/backup");
  expect(described.reading.input_scale).toBe(0.4);
  expect(described.because.input_scale).toMatch("ae.pt: norm_factor is 2.5, by which training");
  expect(described.notes.join()).toMatch("a checkpoint in mid-training (step 500)");
  const unused = described.tensors.filter(({ role }) => role === null);
  expect(unused.every(({ name }) => name.startsWith("optimizer."))).toBe(true);
});

test("a threshold that was never set is none", async () => {
  const [{ described, weights }] = await find("dictionary_learning/unset_threshold");
  expect(weights.threshold).toBeUndefined();
  expect(described.notes.join()).toMatch("the threshold was never set (-1)");
});

test("of a list those that cannot be read are named beside the others", async () => {
  const found = await find("learned_dicts");
  expect(found).toHaveLength(6);
  expect(found[0].described.notes.join()).toMatch("learned_dicts.pt#6: found Identity");
  expect(found[1].described.tensors.find(({ name }) => name === "1.0.encoder")?.role).toBe(
    "W_enc, W_dec",
  );
});

test("of a run the last step is taken, and an earlier one when it is given alone", async () => {
  const file = join(root, "dictionary_learning/backup/ae.pt");
  const paths = ["run/ae.pt", "run/checkpoints/ae_0.pt", "run/checkpoints/ae_100.pt"];
  const { size: bytes } = statSync(file);
  const files = paths.map((path) => ({ path, file, bytes }));
  const found = await findDictionaries({ name: "run", files });
  expect(found.map(({ described }) => described.where)).toEqual(["run/ae.pt"]);
  expect(found[0].described.notes.join()).toMatch(
    "earlier steps are there as run/checkpoints/ae_0.pt, run/checkpoints/ae_100.pt",
  );
  const alone = await findDictionaries({ name: "run", files: files.slice(1, 2) });
  expect(alone.map(({ described }) => described.where)).toEqual(["run/checkpoints/ae_0.pt"]);
});

test("one that cannot be read keeps none of the others", async () => {
  const from = (folder: string, path: string) => {
    const file = join(root, folder, path.slice(2));
    return { path, file, bytes: statSync(file).size };
  };
  const [good, bad] = ["dictionary_learning/auto_encoder", "../foreign-refused/class"];
  const found = await findDictionaries({
    name: "runs",
    files: [from(bad, "a/ae.pt"), from(bad, "a/config.json"), from(good, "b/ae.pt")],
  });
  expect(found.map(({ described }) => described.where)).toEqual(["b/ae.pt"]);
  expect(found[0].described.notes.join()).toMatch("left aside beside it: a/config.json: trainer.");
});

test.each([
  ["class", 'config.json: trainer.dict_class: found "CrossCoder", expected one of AutoEncoder, '],
  ["alien", "ae.pt: encoder.mask: unknown tensor, expected only bias, encoder.weight, "],
  ["shape", "ae.pt: encoder.bias: found [7], expected [d_sae 8]"],
  ["missing", "ae.pt: bias: missing, found encoder.weight, encoder.bias, decoder.weight"],
  ["k", "ae.pt: k: found 3, expected 4 (config.json: trainer.k is 4)"],
  ["openai-activation", 'ae.pt: activation: found "Identity", expected ReLU or TopK'],
  ["openai-no-k", "ae.pt: activation_state_dict.k: missing, expected a whole number > 0 for TopK"],
  ["openai-k", "ae.pt: activation_state_dict.k: found 0, expected a whole number > 0"],
  ["openai-postact", 'ae.pt: activation_state_dict.postact_fn: found "Identity", expected ReLU'],
  ["e2e", "ae.pt: blocks-1-hook_resid_pre.encoder.0.bias: missing, found blocks-1-"],
  ["learned-class", "ae.pt#0: found ReverseSAE, expected one of TiedSAE, UntiedSAE, "],
  ["learned-norm", "ae.pt#0: norm_encoder: found nothing, expected true or false, which says"],
  ["learned-centre", "ae.pt: center_rot: found [4, 8], expected [4, 4]"],
  ["module", "ae.pt: _parameters.shift: unknown tensor, expected only _parameters.encoder, "],
])("%s is refused, with file, key, found and expected", async (name, message) => {
  await expect(find(`../foreign-refused/${name}`)).rejects.toThrow(message);
});

async function find(path: string) {
  return findDictionaries(await openInput(join(root, path)));
}
