import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Progress, trainingLine } from "../bundle/index.ts";
import { saeConfig } from "../sae/config.ts";
import { orthogonality } from "../sae/orthogonality.ts";
import type { Sae } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import { zeros } from "../tensor/tensor.ts";
import { trainConfig } from "./config.ts";
import { memorySource, plantDictionary } from "./planted.ts";
import { featureChunks, trainSettings } from "./settings.ts";
import { train } from "./train.ts";

// twice as many features as were planted, so that some are found twice
const planted = plantDictionary(0, { d_in: 16, n_features: 24, active: 2 });
const x = planted.rows(new Random(0, "rows"), 3000);
const metadata = { model_name: "planted", hook_name: "blocks.0.hook_resid_post", context_size: 1 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "orthogonality-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const settingsWith = (sae: Partial<ReturnType<typeof saeConfig.parse>>) => ({
  ...saeConfig.parse({ d_sae: 48, k: 4, ...sae }),
  ...trainConfig.parse({ train_tokens: 30_000, train_batch_tokens: 250, lr_warmup_steps: 10 }),
  seed: 0,
});
const input = (run: string, changes: Partial<Parameters<typeof train>[1]> = {}) => ({
  source: memorySource(x, 700),
  run_dir: join(dir, run),
  metadata,
  threads: 2,
  held_out: null,
  report: () => {},
  warn() {},
  ...changes,
});
const fileOf = (run: string, name: string) => readFileSync(join(dir, run, "bundle", name));
const linesOf = (run: string) =>
  fileOf(run, "training.jsonl")
    .toString()
    .trim()
    .split("\n")
    .map((line) => trainingLine.strict().parse(JSON.parse(line)));

/** Mean |cos| of a row with the nearest other. */
function meanNearest({ W_dec }: Sae): number {
  const all = { ...settingsWith({}), sparsity_coefficient: 0, dead: new Uint8Array(48) };
  const options = { ...all, auxk_coefficient: 0, orthogonality_coefficient: 1 };
  return orthogonality(W_dec, zeros(...W_dec.shape), { ...options, orthogonality: "max" }) ?? 0;
}

test("rows that are held apart have a lower cosine with the nearest, at little cost", async () => {
  const without = await train(settingsWith({}), input("without"));
  for (const orthogonality_chunk of [0, 12]) {
    const settings = settingsWith({ orthogonality_coefficient: 2, orthogonality_chunk });
    const apart = await train(settings, input(`apart${orthogonality_chunk}`));
    expect(meanNearest(apart)).toBeLessThan(0.9 * meanNearest(without));
    const [last, before] = [linesOf(`apart${orthogonality_chunk}`), linesOf("without")].map(
      (lines) => lines.at(-1),
    );
    expect(last?.mse_loss).toBeLessThan(1.5 * (before?.mse_loss ?? 0));
    expect(last?.orthogonality_loss).toBeGreaterThan(0);
    expect(before).not.toHaveProperty("orthogonality_loss");
  }
});

test("one that is taken up again ends with the same bytes, though its chunks are random", async () => {
  const settings = settingsWith({ orthogonality_coefficient: 2, orthogonality_chunk: 12 });
  const abort = new AbortController();
  const report = ({ done }: Progress) => {
    if (done === 37 * 250) abort.abort(new Error("Ctrl-C"));
  };
  const killed = train(settings, input("killed", { report, signal: abort.signal }));
  await expect(killed).rejects.toThrow("Ctrl-C");
  await train(settings, input("killed", { threads: 1 }));
  await train(settings, input("whole"));
  for (const name of ["sae_weights.safetensors", "training.jsonl"])
    expect(fileOf("killed", name).equals(fileOf("whole", name))).toBe(true);
});

test("chunks are even, hold every feature once, and are others at each step and seed", () => {
  const settings = trainSettings.parse({ d_sae: 10, orthogonality_chunk: 4, seed: 0 });
  const { order, count } = featureChunks(settings, 1);
  expect(count).toBe(3);
  expect([...order].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
  expect(featureChunks(settings, 1).order).toEqual(order);
  expect(featureChunks(settings, 2).order).not.toEqual(order);
  expect(featureChunks({ ...settings, seed: 1 }, 1).order).not.toEqual(order);
  expect(featureChunks({ ...settings, orthogonality_chunk: 0 }, 1).count).toBe(1);
});
