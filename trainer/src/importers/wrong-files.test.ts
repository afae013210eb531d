import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { unsaid } from "../bundle/index.ts";
import { readSafetensors, writeSafetensors } from "../tensor/safetensors.ts";
import { zeros } from "../tensor/tensor.ts";
import type { Foreign } from "./foreign.ts";
import { findDictionaries } from "./formats.ts";
import { openInput } from "./input.ts";

const root = join(import.meta.dirname, "../../fixtures/foreign");
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** How a fixture is changed: keys of its config (undefined: taken out), shapes of its tensors (null: taken out). */
type Change = { config?: Record<string, unknown>; tensors?: Record<string, number[] | null> };

describe("what is wrong is told by file, key, what was found and what was expected", () => {
  test.each<[string, Change, string]>([
    ["standard", config({ d_sae: undefined }), "cfg.json: d_sae: missing, expected a count > 0"],
    ["standard", config({ d_sae: "8" }), 'cfg.json: d_sae: found "8", expected a count > 0'],
    [
      "standard",
      config({ d_in: 5 }),
      "sae_weights.safetensors: W_enc: found [4, 8], expected [d_in 5, d_sae 8]",
    ],
    [
      "standard",
      config({ architecture: "matching_pursuit" }),
      'cfg.json: architecture is "matching_pursuit", which is not read: it chooses its features',
    ],
    [
      "standard",
      config({ architecture: "other" }),
      'cfg.json: architecture: found "other", expected one of standard, gated, jumprelu, topk',
    ],
    [
      "standard",
      config({ apply_b_dec_to_input: 1 }),
      "cfg.json: apply_b_dec_to_input: found 1, expected true or false",
    ],
    [
      "standard",
      config({ normalize_activations: "covariance_whitening" }),
      'cfg.json: normalize_activations: found "covariance_whitening", expected one of none',
    ],
    [
      "standard",
      config({ sae_lens_version: "six" }),
      'cfg.json: sae_lens_version: found "six", expected a version, e.g. 6.0.0',
    ],
    [
      "standard",
      config({ hook_head_index: 3 }),
      "cfg.json: hook_head_index: found 3, expected null: an SAE of one head alone",
    ],
    ["topk", config({ k: 9 }), "cfg.json: k: found 9, expected at most d_sae, 8"],
    [
      "v4-topk",
      config({ activation_fn_kwargs: {} }),
      "cfg.json: activation_fn_kwargs.k: missing, expected a count > 0",
    ],
    [
      "v3",
      config({ activation_fn_str: "tanh-relu" }),
      'cfg.json: activation_fn_str: found "tanh-relu", expected one of relu, topk',
    ],
    [
      "transcoder",
      config({ apply_b_dec_to_input: true }),
      "cfg.json: apply_b_dec_to_input: found true, expected false for a transcoder",
    ],
    [
      "transcoder",
      config({ normalize_activations: "layer_norm" }),
      'cfg.json: normalize_activations: found "layer_norm", expected none for a transcoder',
    ],
    ["transcoder", config({ d_out: undefined }), "cfg.json: d_out: missing, expected a count > 0"],
    [
      "gated",
      tensors({ b_gate: null }),
      "sae_weights.safetensors: b_gate: missing, found W_dec, W_enc, b_dec, b_mag, r_mag",
    ],
    [
      "jumprelu",
      tensors({ threshold: [7] }),
      "sae_weights.safetensors: threshold: found [7], expected [d_sae 8]",
    ],
    [
      "standard",
      tensors({ W_extra: [2] }),
      "sae_weights.safetensors: W_extra: unknown tensor, expected only W_enc, b_enc, W_dec, b_dec",
    ],
    [
      "v3",
      tensors({ scaling_factor: [8] }),
      "sae_weights.safetensors: scaling_factor: found other numbers than 1, expected finetuning_scaling_factor true in cfg.json",
    ],
  ])("SAELens: %s %j", (name, change, message) =>
    expectRefused(`saelens/${name}`, change, message),
  );

  test.each<[Change, string]>([
    [config({ activation: "groupmax" }), 'cfg.json: activation is "groupmax", which is not read'],
    [config({ signed: true }), "cfg.json: signed is true, which is not read"],
    [config({ k: 0 }), "cfg.json: k: found 0, expected a count > 0"],
    [config({ k: undefined }), "cfg.json: k: missing, expected a count > 0"],
    [config({ skip_connection: true }), "cfg.json: skip_connection: found true, expected false"],
    [
      config({ expansion_factor: 3 }),
      "sae.safetensors: encoder.weight: found [8, 4], expected [d_sae 12, d_in 4]",
    ],
    [
      tensors({ W_dec: [4, 8] }),
      "sae.safetensors: W_dec: found [4, 8], expected [d_sae 8, d_out 4]",
    ],
    [tensors({ W_skip: [4, 4] }), "sae.safetensors: W_skip: unknown tensor"],
  ])("sparsify: %j", (change, message) => expectRefused("sparsify/run/layers.0", change, message));

  test.each<[Change, string]>([
    [tensors({ threshold: null }), "params.safetensors: threshold: missing, found b_dec, b_enc"],
    [
      tensors({ w_dec: [8, 3, 4] }),
      "params.safetensors: w_dec: found [8, 3, 4], a cross-layer transcoder",
    ],
    [
      tensors({ w_enc: [8, 4] }),
      "params.safetensors: w_dec: found [8, 4], expected [d_sae 4, d_out 4]",
    ],
    [
      config({ architecture: "gelu" }),
      'config.json: architecture: found "gelu", expected one of jump_relu',
    ],
  ])("Gemma Scope: %j", (change, message) =>
    expectRefused("gemma_scope/second/resid_post/layer_7_width_16k_l0_small", change, message),
  );

  test.each<[string, Change, string]>([
    ["topk", config({ top_k: undefined }), "config.json: top_k: missing, expected a count > 0"],
    [
      "topk",
      config({ act_fn: "batchtopk" }),
      'config.json: act_fn is "batchtopk", which is not read',
    ],
    ["topk", config({ sae_type: "clt" }), 'config.json: sae_type is "clt", which is not read'],
    [
      "topk",
      config({ norm_activation: "batch-wise" }),
      'config.json: norm_activation: found "batch-wise", expected another',
    ],
    ["topk", tensors({ W_E_glu: [4, 8] }), "sae_weights.safetensors: W_E_glu: a second encoder"],
    ["topk", tensors({ b_D: null }), "sae_weights.safetensors: b_D: missing, found W_D, W_E"],
    [
      "topk",
      config({ norm_activation: "dataset-wise" }),
      "sae_weights.safetensors: dataset_average_activation_norm.blocks.5.hook_resid_post: found NaN, expected one number > 0",
    ],
    [
      "jumprelu",
      tensors({ "activation_function.log_jumprelu_threshold": null }),
      "sae_weights.safetensors: activation_function.log_jumprelu_threshold: missing",
    ],
  ])("Llamascopium: %s %j", (name, change, message) =>
    expectRefused(`llamascopium/${name}`, change, message),
  );
});

describe("what the files do not say is asked for", () => {
  test.each<[string, Change, string[], string]>([
    [
      "saelens/topk",
      config({ k: undefined }),
      ["k"],
      "cfg.json: k: missing; SAELens would take 100",
    ],
    [
      "saelens/standard",
      config({ normalize_activations: "expected_average_only_in" }),
      ["input_scale"],
      "and its factor is in no file",
    ],
    [
      "saelens/standard",
      config({ metadata: {}, sae_lens_version: "6.1.0" }),
      ["hook_name", "model"],
      "",
    ],
    [
      "llamascopium/jumprelu",
      tensors({ "dataset_average_activation_norm.blocks.5.hook_resid_post": null }),
      ["input_scale", "model"],
      "is in no file",
    ],
    [
      "safetensors/linear",
      tensors({ "encoder.weight": [4, 4], "encoder.bias": [4], "decoder.weight": [4, 4] }),
      ["architecture", "k", "encoder", "decoder", "subtract_b_dec", "hook_name", "model"],
      "encoder: as wide as it is high",
    ],
  ])("%s %j", async (path, change, asked, note) => {
    const [found] = await find(changed(path, change));
    expect(unsaid(found.described.reading)).toEqual(asked);
    expect(found.described.notes.join("\n")).toContain(note);
  });
});

describe("beside a checkpoint of SAELens", () => {
  const averaged = config({ normalize_activations: "expected_average_only_in" });

  test.each([
    ["activation_scaler.json", "activation_scaler.json: scaling_factor is 0.5"],
    ["activations_store_state.safetensors", "estimated_norm_scaling_factor is 0.5"],
  ])("%s says what activations are multiplied by", async (name, because) => {
    const folder = changed("saelens/standard", averaged);
    const half = { shape: [], data: Float32Array.of(0.5) };
    if (name.endsWith(".json")) writeFileSync(join(folder, name), '{"scaling_factor": 0.5}');
    else writeSafetensors(join(folder, name), { estimated_norm_scaling_factor: half });
    const [{ described, files }] = await find(folder);
    expect(described.reading.input_scale).toBe(0.5);
    expect(described.because.input_scale).toContain(because);
    expect(files.map(({ path }) => path)).toContain(name);
  });

  test("densities and the state of the training are left aside, and noted", async () => {
    const folder = copied("saelens/standard");
    writeSafetensors(join(folder, "sparsity.safetensors"), { sparsity: zeros(8) });
    writeFileSync(join(folder, "trainer_state.pt"), "");
    const [{ described }] = await find(folder);
    expect(described.notes).toEqual([
      "sparsity.safetensors is left aside: densities are measured anew",
      "trainer_state.pt: a checkpoint, saved before training ended",
    ]);
  });

  test("the logarithm of a threshold is raised again", async () => {
    const change = tensors({ threshold: null, log_threshold: [8] });
    const [{ weights, described }] = await find(changed("saelens/jumprelu", change));
    expect(weights.threshold?.read().data).toEqual(new Float32Array(8).fill(1));
    expect(described.notes.join()).toContain("a checkpoint of a training");
  });

  test("factors of features multiply rows of W_dec where the cfg says that they were trained", async () => {
    const change = {
      ...tensors({ scaling_factor: [8] }),
      ...config({ finetuning_scaling_factor: true }),
    };
    const [{ weights }] = await find(changed("saelens/v3", change));
    expect(weights.W_dec?.read().data.every((value) => value === 0)).toBe(true);
  });
});

test("what a format has no place for is taken from the export.json of our own exports", async () => {
  const folder = copied("sparsify/square");
  const from = { hook_name: "blocks.2.hook_resid_post", hook_name_out: null };
  const model = { id: "stories-2m", source: null };
  writeFileSync(join(folder, "export.json"), JSON.stringify({ exported_from: { ...from, model } }));
  const [{ described, files }] = await find(folder);
  expect(described.reading).toMatchObject({ ...from, model: "embedded" });
  expect(described.because.hook_name).toBe(
    'export.json: exported_from.hook_name is "blocks.2.hook_resid_post"',
  );
  expect(files.map(({ path }) => path)).toContain("export.json");
});

describe("of many in one folder", () => {
  test("each is called by its folder, whose name is a hint", async () => {
    const found = await find(join(root, "sparsify"));
    expect(
      found.map(({ described: { where, reading } }) => [where, reading.hook_name, reading.model]),
    ).toEqual([
      ["old/layers.3/seed1", "blocks.3.hook_resid_post", undefined],
      ["run/layers.0", "blocks.0.hook_resid_post", "EleutherAI/pythia-70m-deduped"],
      ["run/layers.1.mlp", "blocks.1.hook_mlp_out", "EleutherAI/pythia-70m-deduped"],
      ["square", undefined, undefined],
      ["transcoder/layers.2.mlp", undefined, undefined],
    ]);
  });

  test("Gemma Scope's folders are hints for model and hook, and say so", async () => {
    const found = await find(join(root, "gemma_scope/gemma-scope-2b-pt-res"));
    expect(found.map(({ described: { reading } }) => [reading.hook_name, reading.model])).toEqual([
      ["blocks.0.hook_resid_post", "google/gemma-2-2b"],
      ["blocks.12.hook_resid_post", "google/gemma-2-2b"],
    ]);
    expect(found[1].described.because.hook_name).toBe(
      "its path, gemma-scope-2b-pt-res/layer_12/width_16k/average_l0_82/params.npz",
    );
  });

  test("a damaged one is named in the notes of the others, and told when it is alone", async () => {
    const folder = copied("sparsify/run");
    truncateSync(join(folder, "layers.0/sae.safetensors"), 200);
    const [found, ...others] = await find(folder);
    expect(others).toEqual([]);
    expect(found.described.notes).toContainEqual(
      expect.stringMatching(/^left aside beside it: layers\.0\/sae\.safetensors: /),
    );
    truncateSync(join(folder, "layers.1.mlp/sae.safetensors"), 200);
    await expect(find(folder)).rejects.toThrow(/^layers\.0\/sae\.safetensors: /);
  });

  test("what is no dictionary is told with what was found and what is understood", async () => {
    const folder = copied("sparsify/run");
    rmSync(join(folder, "layers.0"), { recursive: true });
    rmSync(join(folder, "layers.1.mlp"), { recursive: true });
    await expect(find(folder)).rejects.toThrow(
      /no dictionary: found config\.json; expected one of SAELens/,
    );
  });
});

function config(change: Record<string, unknown>): Change {
  return { config: change };
}

function tensors(change: Record<string, number[] | null>): Change {
  return { tensors: change };
}

async function expectRefused(path: string, change: Change, message: string): Promise<void> {
  await expect(find(changed(path, change))).rejects.toThrow(message);
}

async function find(folder: string): Promise<Foreign[]> {
  return findDictionaries(await openInput(folder));
}

function copied(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), "foreign-"));
  made.push(folder);
  cpSync(join(root, path), folder, { recursive: true });
  return folder;
}

/** A copy of a fixture with another config, or with tensors of zeros in the place of some. */
function changed(path: string, { config = {}, tensors = {} }: Change): string {
  const folder = copied(path);
  const cfg = join(folder, path.match(/^(saelens|sparsify)/) ? "cfg.json" : "config.json");
  if (existsSync(cfg))
    writeFileSync(cfg, JSON.stringify({ ...JSON.parse(readFileSync(cfg, "utf8")), ...config }));
  const file = join(folder, weightsOf(path));
  const stored = readSafetensors(file);
  const kept = stored.names.filter((name) => !(name in tensors));
  const added = Object.entries(tensors).flatMap(([name, shape]) =>
    shape ? [[name, zeros(...shape)]] : [],
  );
  const all = [...kept.map((name) => [name, stored.tensor(name)]), ...added];
  stored.close();
  writeSafetensors(file, Object.fromEntries(all));
  return folder;
}

function weightsOf(path: string): string {
  if (path.startsWith("safetensors")) return "model.safetensors";
  if (path.startsWith("sparsify")) return "sae.safetensors";
  return path.startsWith("gemma") ? "params.safetensors" : "sae_weights.safetensors";
}
