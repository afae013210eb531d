import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BundleError, type Manifest, UsageError } from "../bundle/index.ts";
import type { SaeConfig } from "../sae/config.ts";
import { saveSae } from "../sae/files.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { decode, encode, type Sae } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { type Tensor, transposed, zeros } from "../tensor/tensor.ts";
import { toBundled } from "./bundled.ts";
import type { Bundled } from "./exporter.ts";
import { type ExportFormat, exportFiles, judgeAll } from "./formats.ts";
import { writeExport } from "./write-export.ts";

const tmp = mkdtempSync(join(tmpdir(), "exporters-"));
afterAll(() => rmSync(tmp, { recursive: true }));

const sizes = { d_in: 4, d_sae: 6, k: null };
const ofItself = { transcoder: { d_out: 4, skip: false, of_itself: true as const } };
const transcoder = { transcoder: { d_out: 4, skip: true } };

const configs = {
  topk: { architecture: "topk", ...sizes, k: 2 },
  "topk as it is": { architecture: "topk", ...sizes, k: 2, ...ofItself },
  "topk normalised": { architecture: "topk", ...sizes, k: 2, input_norm: "layer_norm" },
  "topk transcoder": { architecture: "topk", ...sizes, k: 2, ...transcoder },
  standard: { architecture: "standard", ...sizes },
  "standard as it is": { architecture: "standard", ...sizes, ...ofItself },
  gated: { architecture: "gated", ...sizes },
  "gated as it is": { architecture: "gated", ...sizes, ...ofItself },
  jumprelu: { architecture: "jumprelu", ...sizes },
  "jumprelu as it is": { architecture: "jumprelu", ...sizes, ...ofItself },
  "narrowing transcoder": {
    architecture: "jumprelu",
    ...sizes,
    transcoder: { d_out: 3, skip: false },
  },
} as const satisfies Record<string, SaeConfig>;
type Name = keyof typeof configs;

/** exact, folded or refused, in the order saelens, dictionary_learning, sparsify, openai, gemma_scope */
test.each<[Name, string]>([
  ["topk", "exact exact exact exact refused"],
  ["topk as it is", "exact folded exact folded refused"],
  ["topk normalised", "exact refused refused exact refused"],
  ["topk transcoder", "refused refused exact refused refused"],
  ["standard", "exact exact refused exact folded"],
  ["standard as it is", "exact exact refused folded exact"],
  ["gated", "exact exact refused refused refused"],
  ["gated as it is", "exact folded refused refused refused"],
  ["jumprelu", "exact folded refused refused folded"],
  ["jumprelu as it is", "exact exact refused refused exact"],
  ["narrowing transcoder", "exact refused refused refused exact"],
])("what each format makes of a dictionary that is %s: %s", async (name, fits) => {
  const { bundled } = await make(name);
  expect(
    judgeAll(bundled.cfg)
      .map(({ fit }) => fit)
      .join(" "),
  ).toBe(fits);
  bundled.weights.close();
});

describe("read by the other system's own rule, the files give the same", () => {
  test.each<[ExportFormat, Name, keyof typeof rules]>([
    ["sparsify", "topk", "sparsify"],
    ["sparsify", "topk as it is", "sparsify"],
    ["sparsify", "topk transcoder", "sparsify"],
    ["openai", "topk", "openai"],
    ["openai", "topk as it is", "openai"],
    ["openai", "topk normalised", "openai"],
    ["openai", "standard", "openai"],
    ["openai", "standard as it is", "openai"],
  ])("%s, of a dictionary that is %s", async (format, name, rule) => {
    const { sae, bundled } = await make(name);
    const dir = join(tmp, `${format} ${name}`);
    const { files, verdict } = await exportFiles(bundled, format);
    await writeExport(dir, files, watched);
    bundled.weights.close();
    const read = rules[rule](dir);
    if (verdict.fit === "exact") expect(read).toEqual({ ...sae, config: expect.anything() });
    const x = randomTensor(new Random(1, "x"), 1, 8, 4);
    const [acts, theirs] = [encode(sae, x), encode(read, x)];
    expectClose(theirs, acts);
    expectClose(decode(read, theirs, x), decode(sae, acts, x));
    expect(acts.data.some((a) => a > 0)).toBe(true);
  });
});

test("SAELens' are the files of the bundle", async () => {
  const { bundled, dir } = await make("gated");
  const { files } = await exportFiles(bundled, "saelens");
  const out = join(tmp, "as saelens");
  await writeExport(out, files, watched);
  bundled.weights.close();
  expect(files.map(({ name }) => name)).toEqual([
    "cfg.json",
    "sae_weights.safetensors",
    "sparsity.safetensors",
  ]);
  for (const name of ["cfg.json", "sae_weights.safetensors"])
    expect(readFileSync(join(out, name)).equals(readFileSync(join(dir, name)))).toBe(true);
});

test("what a format cannot hold is refused with the reason", async () => {
  const { bundled } = await make("gated");
  await expect(exportFiles(bundled, "sparsify")).rejects.toThrow(UsageError);
  await expect(exportFiles(bundled, "sparsify")).rejects.toThrow(
    "x: sparsify cannot hold it: its coders keep the k largest, and this is gated",
  );
  bundled.weights.close();
});

test("a folder is written whole or not at all, and none that holds something", async () => {
  const dir = join(tmp, "broken");
  const broken = {
    name: "a",
    bytes: 4,
    *blocks() {
      yield new Uint8Array(2);
      throw new BundleError("it ends 2 bytes too early");
    },
  };
  await expect(writeExport(dir, [broken], watched)).rejects.toThrow("2 bytes too early");
  const whole = { name: "a", bytes: 2, blocks: () => [new Uint8Array(2)] };
  await writeExport(dir, [whole], watched);
  await expect(writeExport(dir, [whole], watched)).rejects.toThrow(
    "holds a; choose a new or empty",
  );
});

const watched = { report: () => {}, signal: new AbortController().signal };

/** Each system's own reading of its files, as an Sae of the same function. */
const rules = {
  sparsify(dir: string): Sae {
    const cfg = JSON.parse(readFileSync(join(dir, "cfg.json"), "utf8"));
    const file = readSafetensors(join(dir, "sae.safetensors"));
    const skip: boolean = cfg.skip_connection;
    const read: Sae = {
      config: {
        architecture: "topk",
        d_in: cfg.d_in,
        d_sae: cfg.num_latents,
        k: cfg.k,
        ...(cfg.transcode && { transcoder: { d_out: cfg.d_in, skip } }),
      },
      W_enc: transposed(file.tensor("encoder.weight")),
      b_enc: file.tensor("encoder.bias"),
      W_dec: file.tensor("W_dec"),
      b_dec: file.tensor("b_dec"),
      ...(skip && { W_skip: transposed(file.tensor("W_skip")) }),
    };
    file.close();
    return read;
  },
  openai(dir: string): Sae {
    const cfg = JSON.parse(readFileSync(join(dir, "autoencoder.json"), "utf8"));
    const file = readSafetensors(join(dir, "autoencoder.safetensors"));
    const [d_sae, d_in] = file.info("encoder.weight").shape;
    const read: Sae = {
      config: {
        architecture: cfg.activation === "TopK" ? "topk" : "standard",
        d_in,
        d_sae,
        k: cfg.activation_state_dict.k ?? null,
        ...(cfg.normalize && { input_norm: "layer_norm" as const }),
      },
      W_enc: transposed(file.tensor("encoder.weight")),
      b_enc: file.tensor("latent_bias"),
      W_dec: transposed(file.tensor("decoder.weight")),
      b_dec: file.tensor("pre_bias"),
    };
    file.close();
    return read;
  },
};

let made = 0;
/** A dictionary with random weights, saved as bundles are, and as exporters take it. */
async function make(name: Name): Promise<{ sae: Sae; bundled: Bundled; dir: string }> {
  const sae = randomSae(new Random(0, name), configs[name]);
  const dir = mkdtempSync(join(tmp, `${made++}-`));
  const hook_name_out = configs[name] === configs["narrowing transcoder"] ? "ln_final" : null;
  await saveSae(dir, sae, {
    model_name: "m",
    hook_name: "blocks.0.hook_resid_post",
    hook_name_out,
    context_size: 8,
  });
  const bundled = toBundled({
    manifest,
    revision: "0".repeat(64),
    cfg_json: readFileSync(join(dir, "cfg.json")),
    sparsity: new Uint8Array(8),
    weights: join(dir, "sae_weights.safetensors"),
  });
  return { sae, bundled, dir };
}

/** As much of a manifest as is written into exports. */
const manifest = {
  model_id: "m",
  name: "x",
  created_at: "2026-01-01T00:00:00Z",
  sae: { architecture: "topk" },
  provenance: { seed: 0, config: {}, model: { source: null, commit: null }, token_policy: {} },
  metrics: {},
} as unknown as Manifest;

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const off = zeros(1);
  for (let at = 0; at < found.data.length; at++)
    off.data[0] = Math.max(off.data[0], Math.abs(found.data[at] - expected.data[at]));
  expect(off.data[0]).toBeLessThan(1e-6);
}
