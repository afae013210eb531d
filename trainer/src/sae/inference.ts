import { type Tensor, zeros } from "../tensor/tensor.ts";
import { selectsFromBatch } from "./config.ts";
import type { Sae } from "./sae.ts";
import type { Weights } from "./weights.ts";

/** What the inputs and the targets of training were multiplied by; the same unless it is a transcoder. */
export type Scales = { input_scale: number; output_scale: number };

/**
 * What was trained, as it is run: on activations that are not scaled, with decoder rows of norm 1, and
 * with a threshold in place of a selection from the batch.
 */
export function toInference(
  { config, ...trained }: Sae,
  scales: Scales,
  batch_threshold: number,
): Sae {
  const weights = unscaled(trained, scales);
  if (!selectsFromBatch(config.architecture)) return { config, ...normalized(weights) };
  const { group_sizes: _, ...sizes } = config;
  const threshold = zeros(config.d_sae);
  threshold.data.fill(batch_threshold / scales.output_scale);
  return { config: { ...sizes, architecture: "jumprelu", k: null }, ...weights, threshold };
}

/**
 * The same function of activations that were not scaled: with s and t the scales of input and output,
 * every rule commutes with a positive factor, so t · ŷ(x) of one is ŷ(s · x) of the other when
 * W_enc and W_skip are multiplied by s / t and biases and thresholds divided by t; directions stay.
 */
function unscaled(weights: Weights, { input_scale, output_scale }: Scales): Weights {
  const products = ["W_enc", "W_skip"];
  const untouched = ["W_dec", "r_mag"];
  return mapped(weights, (name, { shape, data }) => {
    if (untouched.includes(name)) return { shape, data };
    const by = products.includes(name) ? input_scale / output_scale : 1 / output_scale;
    return by === 1 ? { shape, data } : { shape, data: data.map((value) => value * by) };
  });
}

/** Rows of W_dec to norm 1, activations multiplied by what they had: relu and thresholds allow it. */
function normalized(weights: Weights): Weights {
  const [d_sae, d_out] = weights.W_dec.shape;
  const norms = Float64Array.from({ length: d_sae }, (_, f) =>
    Math.hypot(...weights.W_dec.data.subarray(f * d_out, (f + 1) * d_out)),
  );
  const isFree = norms.some((norm) => Math.abs(norm - 1) > 1e-5);
  if (!isFree) return weights; // what was kept at norm 1 stays as it is, to the last bit
  return mapped(weights, (name, { shape, data }) => {
    const scale: Record<string, (at: number) => number> = {
      W_enc: (at) => norms[at % d_sae],
      b_enc: (f) => norms[f],
      threshold: (f) => norms[f],
      W_dec: (at) => 1 / norms[Math.floor(at / d_out)],
    };
    const by = scale[name];
    return by ? { shape, data: data.map((value, at) => value * by(at)) } : { shape, data };
  });
}

function mapped(weights: Weights, make: (name: string, of: Tensor) => Tensor): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, of]) => [name, make(name, of)]),
  ) as Weights;
}
