/**
 * Compares our losses and gradients (lossAndGrads, which judges every training step) with those of SAELens,
 * dictionary_learning and sparsify on the same weights and activations, wherever they mean the same.
 * usage: npx tsx conformance/losses.ts     (PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Architecture } from "../trainer/src/bundle/cfg.ts";
import { hasK, type SaeConfig } from "../trainer/src/sae/config.ts";
import { type LossOptions, lossAndGrads } from "../trainer/src/sae/loss.ts";
import { randomSae, randomTensor } from "../trainer/src/sae/random-sae.ts";
import { decode } from "../trainer/src/sae/sae.ts";
import { weight, weightNames } from "../trainer/src/sae/weights.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import type { Tensor } from "../trainer/src/tensor/tensor.ts";
import { normalizeRows } from "../trainer/src/train/reference-step.ts";

const ROWS = 64;
/** α of every auxiliary loss compared */
const ALPHA = 1 / 32;
const sizes = { d_in: 24, d_sae: 96 };

type Case = {
  architecture: Architecture;
  options?: Partial<LossOptions>;
  /** rows of W_dec brought to norm 1 */
  unit?: boolean;
  /** half of the features count as dead, and are too weak to fire */
  dead?: boolean;
};

const cases: Record<string, Case> = {
  standard: { architecture: "standard" },
  "gated, unit norms": { architecture: "gated", unit: true },
  gated: { architecture: "gated" },
  "jumprelu, step": { architecture: "jumprelu", options: { jumprelu_sparsity: "step" } },
  "jumprelu, tanh": { architecture: "jumprelu", options: { jumprelu_sparsity: "tanh" } },
  topk: { architecture: "topk" },
  "topk, AuxK": { architecture: "topk", dead: true },
  batchtopk: { architecture: "batchtopk" },
  matryoshka_batchtopk: { architecture: "matryoshka_batchtopk" },
};

const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const folders = Object.entries(cases).map(([name, found]) => write(name, found));
  const script = join(import.meta.dirname, "check_losses.py");
  const python = process.env.PYTHON ?? "python3";
  const { status, error } = spawnSync(python, [script, ...folders], { stdio: "inherit" });
  if (error) console.log(`skipped everything: ${python} cannot be started (${error.message})`);
  else process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true });
}

function write(name: string, { architecture, options, unit, dead = false }: Case): string {
  const dir = join(temporary, name);
  mkdirSync(dir);
  const random = new Random(0, name);
  const config: SaeConfig = {
    architecture,
    ...sizes,
    k: hasK(architecture) ? 8 : null,
    ...(architecture === "matryoshka_batchtopk" && { group_sizes: [16, 32, 48] }),
  };
  const sae = randomSae(random, config);
  if (unit) normalizeRows(sae.W_dec);
  if (dead) for (const { data } of [sae.W_enc, sae.b_enc]) weaken(data);
  const x = randomTensor(random, 1, ROWS, config.d_in);
  const settings: LossOptions = {
    sparsity_coefficient: hasK(architecture) ? 0 : 0.7,
    lp_norm: 1,
    jumprelu_sparsity: "step",
    jumprelu_bandwidth: 0.3,
    jumprelu_tanh_scale: 4,
    orthogonality: "abs",
    auxk_coefficient: dead ? ALPHA : 0,
    dead: Uint8Array.from({ length: config.d_sae }, (_, f) => (dead && f % 2 ? 1 : 0)),
    ...options,
  };
  const { grads, acts, l0, ...losses } = lossAndGrads(sae, x, null, settings);
  const tensors = weightNames(config).flatMap((of): [string, Tensor][] => [
    [of, weight(sae, of)],
    [`grad ${of}`, weight(grads, of)],
  ]);
  writeSafetensors(join(dir, "tensors.safetensors"), { x, ...Object.fromEntries(tensors) });
  const error_variance = variance(minus(x, decode(sae, acts)));
  const stated = { ...config, ...settings, dead: [...settings.dead], losses, l0, error_variance };
  writeFileSync(join(dir, "case.json"), JSON.stringify({ name, ...stated }));
  return dir;
}

/** Every other feature's part, by so much that it is never among the largest. */
function weaken(data: Float32Array): void {
  for (let at = 1; at < data.length; at += 2) data[at] *= 0.05;
}

function minus(a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, data: a.data.map((value, at) => value - b.data[at]) };
}

/** Mean squared distance from the mean row. */
function variance({ shape: [n, d], data }: Tensor): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * d + j]);
    const mean = column.reduce((total, value) => total + value, 0) / n;
    sum += column.reduce((total, value) => total + (value - mean) ** 2, 0) / n;
  }
  return sum;
}
