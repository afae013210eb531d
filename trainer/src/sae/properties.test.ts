import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { architectures } from "../bundle/cfg.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normalizeRows } from "../train/reference-step.ts";
import { createTrainingStep } from "../train/step.ts";
import { hasK, outWidth, type SaeConfig, saeConfig, selectsFromBatch } from "./config.ts";
import { createEncoder } from "./encoder.ts";
import { loadSae, saveSae } from "./files.ts";
import { toInference } from "./inference.ts";
import { lossAndGrads } from "./loss.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, encode, type Sae } from "./sae.ts";
import { toDense } from "./sparse-acts.ts";
import { zeroWeights } from "./weights.ts";

const n = 60;
const sizes = { d_in: 12, d_sae: 50 };
const x = randomTensor(new Random(0, "x"), 1, n, sizes.d_in);
const metadata = { model_name: "m", hook_name: "blocks.3.hook_resid_post", context_size: 128 };

/** Every architecture, of each a transcoder without and with a skip connection; there are no gated ones. */
const configs: SaeConfig[] = architectures.flatMap((architecture) => {
  const plain: SaeConfig = {
    architecture,
    ...sizes,
    k: hasK(architecture) ? 4 : null,
    ...(architecture === "matryoshka_batchtopk" && { group_sizes: [8, 12, 30] }),
  };
  if (architecture === "gated") return [plain];
  const transcoders = [false, true].map((skip) => ({ ...plain, transcoder: { d_out: 9, skip } }));
  return [plain, ...transcoders];
});
const cases = configs.map((config) => {
  const { architecture, transcoder } = config;
  const kind = transcoder ? (transcoder.skip ? " transcoder, skip" : " transcoder") : "";
  return { name: `${architecture}${kind}`, config };
});

describe.each(cases)("$name", ({ config }) => {
  const trained = unitSae(config);
  const scales = { input_scale: 3.7, output_scale: config.transcoder ? 0.6 : 3.7 };
  const threshold = selectsFromBatch(config.architecture) ? 1.3 : 0;
  const asRun = toInference(trained, scales, threshold);

  test("what a training step reconstructs is decode(encode(x))", async () => {
    const settings = { ...saeConfig.parse({}), adam_beta1: 0.9, adam_beta2: 0.99 };
    const { config: _, ...weights } = trained;
    const state = { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
    const room = { threads: 2, batch: n, auxk_coefficient: 0, clip_grad_norm: 0 };
    const step = await createTrainingStep(config, state, { ...settings, ...room });
    const acts = encode(trained, x);
    const found = step.reconstruct(x);
    await step.dispose();
    expect(found.l0).toBe(acts.data.filter((act) => act > 0).length / n);
    // measured: at most 2.5e-7
    expect(maxRelativeDifference(found.x_hat, decode(trained, acts, x))).toBeLessThan(1e-6);
  });

  test("the loss without penalties is the mean square of y − decode(encode(x))", () => {
    const target = config.transcoder ? randomTensor(new Random(0, "y"), 1, n, 9) : x;
    const none = { sparsity_coefficient: 0, auxk_coefficient: 0, dead: new Uint8Array(50) };
    const options = { ...saeConfig.parse({}), ...none };
    const { mse_loss } = lossAndGrads(trained, x, target, options);
    const acts = encode(trained, x);
    // of nested dictionaries, each with the features up to its end
    const ends = config.group_sizes ? [8, 20, 50] : [50];
    const squares = ends.map((end) => {
      const data = acts.data.map((act, at) => (at % 50 < end ? act : 0));
      const y_hat = decode(trained, { shape: acts.shape, data }, x);
      return target.data.reduce((sum, y, at) => sum + (y - y_hat.data[at]) ** 2, 0) / n;
    });
    const mean = squares.reduce((sum, square) => sum + square, 0) / ends.length;
    expect(Math.abs(mse_loss / mean - 1)).toBeLessThan(1e-6);
  });

  test("the compiled encoder encodes and decodes what is saved as the reference does", async () => {
    const encoder = await createEncoder(asRun, { threads: 2, max_rows: 32 });
    const sparse = encoder.encode(x);
    const [acts, x_hat] = [toDense(sparse, 50), encoder.decode(sparse, x)];
    await encoder.dispose();
    const expected = encode(asRun, x);
    expect(expected.data.some((act) => act > 0)).toBe(true);
    // measured: at most 2.5e-7
    expect(maxRelativeDifference(acts, expected)).toBeLessThan(1e-6);
    expect(maxRelativeDifference(x_hat, decode(asRun, expected, x))).toBeLessThan(1e-6);
  });

  test("what is saved, of raw activations, is what was trained, of scaled ones", () => {
    const scaled = times(x, scales.input_scale);
    const acts = ofEachRow(trained, scaled, threshold);
    const ofRaw = encode(asRun, x);
    // measured: at most 2.5e-7
    expect(maxRelativeDifference(times(ofRaw, scales.output_scale), acts)).toBeLessThan(1e-6);
    const y_hat = times(decode(asRun, ofRaw, x), scales.output_scale);
    expect(maxRelativeDifference(y_hat, decode(trained, acts, scaled))).toBeLessThan(1e-6);
  });

  test("saved, loaded and saved again, it is the same bytes", async () => {
    const dir = mkdtempSync(join(tmpdir(), "sae-"));
    const read = () =>
      ["cfg.json", "sae_weights.safetensors"].map((name) => readFileSync(join(dir, name)));
    try {
      await saveSae(dir, asRun, metadata);
      const [before, loaded] = [read(), await loadSae(dir)];
      expect(loaded).toEqual(asRun);
      await saveSae(dir, loaded, metadata);
      expect(read()).toEqual(before);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

function unitSae(config: SaeConfig): Sae {
  const sae = randomSae(new Random(0, "sae"), config);
  normalizeRows(sae.W_dec);
  expect(sae.W_dec.shape).toEqual([50, outWidth(config)]);
  return sae;
}

/** Activations with a threshold in place of the selection from the batch, where there is one. */
function ofEachRow(sae: Sae, x: Tensor, threshold: number): Tensor {
  const { config } = sae;
  if (!selectsFromBatch(config.architecture)) return encode(sae, x);
  const acts = encode({ ...sae, config: { ...config, architecture: "standard" } }, x);
  return { shape: acts.shape, data: acts.data.map((act) => (act > threshold ? act : 0)) };
}

function times({ shape, data }: Tensor, by: number): Tensor {
  return { shape, data: data.map((value) => value * by) };
}
