import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import { Random } from "../tensor/random.ts";
import { readSafetensors, writeSafetensors } from "../tensor/safetensors.ts";
import type { SaeConfig } from "./config.ts";
import { loadSae, saveSae } from "./files.ts";
import { randomSae } from "./random-sae.ts";

const metadata = { model_name: "m", hook_name: "blocks.3.hook_resid_post", context_size: 128 };
const sizes = { d_in: 3, d_sae: 5, k: null };
const skip = { d_out: 4, skip: true };
const configs: SaeConfig[] = [
  { ...sizes, architecture: "standard" },
  { ...sizes, architecture: "topk", k: 2 },
  { ...sizes, architecture: "gated" },
  { ...sizes, architecture: "jumprelu" },
  { ...sizes, architecture: "standard", transcoder: { d_out: 4, skip: false } },
  { ...sizes, architecture: "standard", transcoder: skip },
  { ...sizes, architecture: "jumprelu", transcoder: skip },
  { ...sizes, architecture: "topk", k: 2, transcoder: skip },
  { ...sizes, architecture: "gated", transcoder: { d_out: 3, skip: false, of_itself: true } },
  { ...sizes, architecture: "topk", k: 2, input_norm: "layer_norm" },
];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sae-"));
});
afterEach(() => rm(dir, { recursive: true }));

test.each(configs)(
  "a saved $architecture SAE ($transcoder) is loaded as it was",
  async (config) => {
    const sae = randomSae(new Random(0), config);
    await saveSae(dir, sae, metadata);
    expect(await loadSae(dir)).toEqual(sae);
  },
);

test("cfg.json says what is done to x before it is encoded", async () => {
  const cfgOf = async (config: SaeConfig) => {
    await saveSae(dir, randomSae(new Random(0), config), metadata);
    return JSON.parse(await readFile(join(dir, "cfg.json"), "utf8"));
  };
  const as_it_is = { d_out: 3, skip: false, of_itself: true as const };
  const plain = { ...sizes, architecture: "standard" as const };
  expect(await cfgOf(plain)).toMatchObject({
    apply_b_dec_to_input: true,
    normalize_activations: "none",
  });
  const other = await cfgOf({
    ...plain,
    transcoder: as_it_is,
    input_norm: "constant_norm_rescale",
  });
  expect(other).toMatchObject({
    architecture: "standard",
    apply_b_dec_to_input: false,
    normalize_activations: "constant_norm_rescale",
  });
  expect(other).not.toHaveProperty("d_out");
});

test("cfg.json has the keys of SAELens 6, and those of topk only for topk", async () => {
  const keys: string[][] = [];
  for (const config of configs.slice(0, 2)) {
    await saveSae(dir, randomSae(new Random(0), config), metadata);
    keys.push(Object.keys(JSON.parse(await readFile(join(dir, "cfg.json"), "utf8"))).sort());
  }
  const common = [
    "apply_b_dec_to_input",
    "architecture",
    "d_in",
    "d_sae",
    "device",
    "dtype",
    "metadata",
    "normalize_activations",
    "reshape_activations",
  ];
  expect(keys[0]).toEqual(common);
  expect(keys[1]).toEqual([...common, "k", "rescale_acts_by_decoder_norm"].sort());
});

test("names and shapes are SAELens'", async () => {
  const found: unknown[] = [];
  for (const config of configs) {
    await saveSae(dir, randomSae(new Random(0), config), metadata);
    const cfg = JSON.parse(await readFile(join(dir, "cfg.json"), "utf8"));
    const file = readSafetensors(join(dir, "sae_weights.safetensors"));
    const beside = file.names.filter((name) => !["W_enc", "W_dec", "b_dec"].includes(name));
    found.push([cfg.architecture, cfg.apply_b_dec_to_input, beside.sort()]);
    if (config.transcoder?.skip) expect(file.info("W_skip").shape).toEqual([4, 3]);
    file.close();
  }
  expect(found).toEqual([
    ["standard", true, ["b_enc"]],
    ["topk", true, ["b_enc"]],
    ["gated", true, ["b_gate", "b_mag", "r_mag"]],
    ["jumprelu", true, ["b_enc", "threshold"]],
    ["transcoder", false, ["b_enc"]],
    ["skip_transcoder", false, ["W_skip", "b_enc"]],
    ["jumprelu_skip_transcoder", false, ["W_skip", "b_enc", "threshold"]],
    ["topk_skip_transcoder", false, ["W_skip", "b_enc"]],
    ["gated", false, ["b_gate", "b_mag", "r_mag"]],
    ["topk", true, ["b_enc"]],
  ]);
});

test("a tensor of another shape, a missing one and a NaN are refused by name", async () => {
  const sae = randomSae(new Random(0), configs[1]);
  const { W_enc, b_enc, W_dec, b_dec } = sae;
  await saveSae(dir, sae, metadata);
  const path = join(dir, "sae_weights.safetensors");

  writeSafetensors(path, { W_enc: W_dec, b_enc, W_dec, b_dec });
  await expect(loadSae(dir)).rejects.toThrow(/W_enc: found F32 \[5, 3\], expected F32 \[3, 5\]/);
  writeSafetensors(path, { W_enc, b_enc, W_dec });
  await expect(loadSae(dir)).rejects.toThrow(/b_dec: missing/);
  b_enc.data[3] = Number.NaN;
  writeSafetensors(path, { W_enc, b_enc, W_dec, b_dec });
  await expect(loadSae(dir)).rejects.toThrow(/b_enc: number 3 is not finite/);
});

test("a cfg.json that is not SAELens' is refused", async () => {
  await writeFile(join(dir, "cfg.json"), JSON.stringify({ architecture: "vanilla" }));
  await expect(loadSae(dir)).rejects.toThrow(BundleError);
});
