import { BundleError } from "../bundle/errors.ts";
import type { SaeConfig } from "../sae/config.ts";
import { createEncoder } from "../sae/encoder.ts";
import { type Sae, type Weights, weightShapes } from "../sae/sae.ts";
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
  seed: number;
  threads: number;
};

/** Rows that b_enc of `standard` starts from. */
const BIAS_ROWS = 1024;

/** The number that scales activations like these to a mean norm of √d_in. */
export function inputScale(x: Tensor): number {
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
 * Where training starts, given scaled activations: decoder rows in random directions,
 * W_enc = W_decᵀ, b_dec amid the activations. b_enc is 0 for topk. For `standard` it is such that
 * each feature fires on initial_l0 / d_sae of the rows: at 0 half of all features would fire, with
 * a loss many times that of reconstructing nothing, and steps would take long.
 */
export async function initialWeights(
  config: SaeConfig,
  x: Tensor,
  { seed, b_dec_init, initial_l0, threads }: InitialOptions,
): Promise<Weights> {
  const { d_in, d_sae } = config;
  const shape = weightShapes(config);
  const random = new Random(seed, "initial weights");
  const W_enc = zeros(...shape.W_enc);
  const W_dec = zeros(...shape.W_dec);
  for (let f = 0; f < d_sae; f++) {
    const direction = Float64Array.from({ length: d_in }, () => random.normal());
    const norm = Math.hypot(...direction);
    for (let j = 0; j < d_in; j++)
      W_enc.data[j * d_sae + f] = W_dec.data[f * d_in + j] = direction[j] / norm;
  }
  const b_dec = centres[b_dec_init](x);
  const weights = { W_enc, b_enc: zeros(...shape.b_enc), W_dec, b_dec };
  if (config.architecture === "topk" || initial_l0 === 0) return weights;
  const some = rows(x, 0, Math.min(BIAS_ROWS, x.shape[0]));
  return { ...weights, b_enc: await sparseBias({ config, ...weights }, some, initial_l0, threads) };
}

/** b_enc[f] = −(the pre-activation that feature f exceeds on a share initial_l0 / d_sae of the rows) */
async function sparseBias(
  sae: Sae,
  x: Tensor,
  initial_l0: number,
  threads: number,
): Promise<Tensor> {
  const { d_sae } = sae.config;
  const rank = Math.max(1, Math.round((x.shape[0] * initial_l0) / d_sae));
  const encoder = await createEncoder(sae, { threads, max_rows: x.shape[0] });
  const { features, values } = encoder.encode(x);
  await encoder.dispose();
  const positive: number[][] = Array.from({ length: d_sae }, () => []);
  for (let o = 0; o < values.length; o++) positive[features[o]].push(values[o]);
  const b_enc = zeros(d_sae);
  for (let f = 0; f < d_sae; f++) {
    const descending = positive[f].sort((a, b) => b - a);
    b_enc.data[f] = -(descending[rank - 1] ?? 0);
  }
  return b_enc;
}

/**
 * The same SAE for activations that were not scaled: relu and topk commute with a positive factor s,
 * so s · x̂(x) of one is x̂(s · x) of the other when both biases are divided by s; directions stay.
 */
export function unscaled(weights: Weights, scale: number): Weights {
  const divided = ({ shape, data }: Tensor) => ({
    shape,
    data: data.map((value) => value / scale),
  });
  return { ...weights, b_enc: divided(weights.b_enc), b_dec: divided(weights.b_dec) };
}
