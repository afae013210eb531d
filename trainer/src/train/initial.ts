import { BundleError } from "../bundle/errors.ts";
import { hasK, type SaeConfig } from "../sae/config.ts";
import { createEncoder } from "../sae/encoder.ts";
import type { KernelChoice } from "../sae/kernel/choices.ts";
import type { Sae } from "../sae/sae.ts";
import { type Weights, zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import type { TrainConfig } from "./config.ts";
import { geometricMedian, mean } from "./geometric-median.ts";

const centres: Record<TrainConfig["b_dec_init"], (x: Tensor) => Tensor> = {
  geometric_median: geometricMedian,
  mean,
  zeros: (x) => zeros(x.shape[1]),
};

type InitialOptions = Pick<TrainConfig, "b_dec_init" | "initial_l0"> & {
  jumprelu_init_threshold: number;
  seed: number;
  threads: number;
  sae_kernel?: KernelChoice;
};

/** Rows that biases start from. */
const BIAS_ROWS = 1024;

/** The number that scales activations like these to a mean norm of √d. */
export function meanNormScale(x: Tensor): number {
  const [n, d] = x.shape;
  let norms = 0;
  for (let i = 0; i < n; i++)
    norms += Math.sqrt(x.data.subarray(i * d, (i + 1) * d).reduce((sum, v) => sum + v * v, 0));
  const scale = (Math.sqrt(d) * n) / norms;
  if (!Number.isFinite(scale) || scale === 0)
    throw new BundleError(
      `the first ${n} activations have a mean norm of ${norms / n} (expected finite numbers, not all 0)`,
    );
  return scale;
}

/**
 * Where training starts, given scaled activations: decoder rows in random directions, W_enc = W_decᵀ
 * (of a transcoder, directions of their own), b_dec amid the targets, W_skip 0, magnitudes of `gated`
 * as its gates. Where k is set b_enc is 0. Elsewhere it is such that each feature fires on
 * initial_l0 / d_sae of the rows: at 0 half of all features would fire, with a loss many times that
 * of reconstructing nothing, and steps would take long.
 */
export async function initialWeights(
  config: SaeConfig,
  { x, y }: { x: Tensor; y: Tensor | null },
  options: InitialOptions,
): Promise<Weights> {
  const { architecture, d_in, d_sae, transcoder } = config;
  const random = new Random(options.seed, "initial weights");
  const weights = zeroWeights(config);
  const { W_enc, W_dec } = weights;
  const d_out = W_dec.shape[1];
  for (let f = 0; f < d_sae; f++) {
    const decoder = randomDirection(random, d_out);
    const encoder = transcoder ? randomDirection(random, d_in) : decoder;
    W_dec.data.set(decoder, f * d_out);
    for (let j = 0; j < d_in; j++) W_enc.data[j * d_sae + f] = encoder[j];
  }
  weights.b_dec = centres[options.b_dec_init](y ?? x);
  const threshold = architecture === "jumprelu" ? options.jumprelu_init_threshold : 0;
  weights.threshold?.data.fill(threshold);
  if (!hasK(architecture) && options.initial_l0 > 0) {
    const some = rows(x, 0, Math.min(BIAS_ROWS, x.shape[0]));
    weights.b_enc = await sparseBias({ config, ...weights }, some, threshold, options);
  }
  if (weights.b_mag) weights.b_mag = { ...weights.b_enc, data: weights.b_enc.data.slice() };
  return weights;
}

function randomDirection(random: Random, d: number): Float64Array {
  const direction = Float64Array.from({ length: d }, () => random.normal());
  const norm = Math.hypot(...direction);
  return direction.map((value) => value / norm);
}

/** b_enc[f] = threshold − (the pre-activation that f exceeds on a share initial_l0 / d_sae of the rows) */
async function sparseBias(
  { config, ...weights }: Sae,
  x: Tensor,
  threshold: number,
  { initial_l0, threads, sae_kernel }: InitialOptions,
): Promise<Tensor> {
  const { d_sae } = config;
  const rank = Math.max(1, Math.round((x.shape[0] * initial_l0) / d_sae));
  const relu: Sae = { config: { ...config, architecture: "standard" }, ...weights };
  const encoder = await createEncoder(relu, { threads, sae_kernel, max_rows: x.shape[0] });
  const { features, values } = encoder.encode(x);
  await encoder.dispose();
  const positive: number[][] = Array.from({ length: d_sae }, () => []);
  for (let o = 0; o < values.length; o++) positive[features[o]].push(values[o]);
  const b_enc = zeros(d_sae);
  for (let f = 0; f < d_sae; f++) {
    const descending = positive[f].sort((a, b) => b - a);
    b_enc.data[f] = threshold - (descending[rank - 1] ?? 0);
  }
  return b_enc;
}
