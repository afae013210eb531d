import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Architecture } from "../../bundle/cfg.ts";
import type { Tf } from "../../model/tfjs/ops.ts";
import type { SaeConfig } from "../../sae/config.ts";
import { auxiliaryK, type LossOptions } from "../../sae/loss.ts";
import { LP_EPSILON } from "../../sae/penalty.ts";
import { type WeightName, weight } from "../../sae/weights.ts";
import { type Estimates, estimates } from "./estimates.ts";
import { orthogonality } from "./orthogonality.ts";
import { largestOfBatch, largestOfRows } from "./select.ts";

/** Weights, or what is shaped like them, where tfjs computes. */
export type DeviceWeights = Record<"W_enc" | "b_enc" | "W_dec" | "b_dec", Tensor> &
  Partial<Record<WeightName, Tensor>>;

/** `dead`: the features that count as dead; null where there are none */
export type DeviceLossOptions = Omit<LossOptions, "dead"> & { dead: Tensor1D | null };

/** The parts of the loss, scalars, and acts[n, d_sae]. */
export type LossParts = {
  mse_loss: Tensor;
  sparsity_loss: Tensor;
  auxk_loss: Tensor;
  orthogonality_loss: Tensor;
  acts: Tensor;
};

/** An SAE on a batch: what the terms of its loss are made of. */
type Pass = {
  tf: Tf;
  config: SaeConfig;
  weights: DeviceWeights;
  options: DeviceLossOptions;
  estimates: Estimates;
  x: Tensor;
  /** [n, d_sae] (x − b_dec) · W_enc; transcoders: x · W_enc */
  projected: Tensor;
  /** projected + b_enc */
  pre: Tensor;
};

/**
 * The loss that `lossAndGrads` states, as the papers' equations and nothing else: its gradients are left
 * to tfjs' autograd. The gradient of `threshold` is that of θ itself.
 */
export function lossParts(
  tf: Tf,
  config: SaeConfig,
  weights: DeviceWeights,
  x: Tensor,
  y: Tensor | null,
  options: DeviceLossOptions,
): LossParts {
  const pass = forward(tf, config, weights, x, options);
  const acts = rules[config.architecture](pass);
  const target = y ?? x;
  const errors = nested(pass, acts).map((y_hat) => tf.sub(target, y_hat));
  const mean = (sum: Tensor, weight: number) => tf.mul(sum, weight / x.shape[0]);
  const zero = tf.scalar(0);

  const { sparsity_coefficient: lambda, auxk_coefficient: alpha, dead } = options;
  const penalty = lambda > 0 ? penalties[config.architecture] : null;
  const auxk: Tensor[] = [];
  if (config.architecture === "gated") auxk.push(mean(gatesAlone(pass, target), 1));
  if (alpha > 0 && dead) auxk.push(mean(auxiliary(pass, errors.at(-1) as Tensor, dead), alpha));
  return {
    mse_loss: mean(tf.addN(errors.map((e) => squares(tf, e))), 1 / errors.length),
    sparsity_loss: penalty ? mean(penalty(pass, acts), lambda) : zero,
    auxk_loss: auxk.length > 0 ? tf.addN(auxk) : zero,
    orthogonality_loss: orthogonality(tf, weights.W_dec, options),
    acts,
  };
}

/** acts[n, d_sae] and ŷ[n, d_out] */
export function reconstruct(
  tf: Tf,
  config: SaeConfig,
  weights: DeviceWeights,
  x: Tensor,
  options: DeviceLossOptions,
): { acts: Tensor; x_hat: Tensor } {
  const pass = forward(tf, config, weights, x, options);
  const acts = rules[config.architecture](pass);
  return { acts, x_hat: decode(pass, acts) };
}

function forward(
  tf: Tf,
  config: SaeConfig,
  weights: DeviceWeights,
  x: Tensor,
  options: DeviceLossOptions,
): Pass {
  const centred = config.transcoder ? x : tf.sub(x, weights.b_dec);
  const projected = tf.matMul(centred, weights.W_enc);
  const pre = tf.add(projected, weights.b_enc);
  return { tf, config, weights, options, estimates: estimates(tf), x, projected, pre };
}

/** acts[n, d_sae] of each architecture. */
const rules: Record<Architecture, (pass: Pass) => Tensor> = {
  standard: ({ tf, pre }) => tf.relu(pre),
  // Rajamanoharan et al. 2024a, eq. 3 and 4
  gated: ({ tf, weights, projected, pre, estimates }) => {
    const scaled = tf.mul(tf.exp(weight(weights, "r_mag")), projected);
    const magnitude = tf.relu(tf.add(scaled, weight(weights, "b_mag")));
    const isOpen = estimates.held(tf.relu(tf.sign(estimates.held(pre))));
    return tf.mul(isOpen, magnitude);
  },
  jumprelu: ({ weights, pre, estimates, options }) =>
    estimates.jump(pre, weight(weights, "threshold"), options.jumprelu_bandwidth),
  topk: ({ tf, config, pre, estimates }) =>
    estimates.chosen(pre, (pre) => largestOfRows(tf, pre, config.k as number)),
  batchtopk,
  matryoshka_batchtopk: batchtopk,
};

function batchtopk({ tf, config, pre, estimates }: Pass): Tensor {
  return estimates.chosen(pre, (pre) => largestOfBatch(tf, pre, config.k as number));
}

/** Σ over the batch of an architecture's penalty; those with a k have none. */
const penalties: Record<Architecture, ((pass: Pass, acts: Tensor) => Tensor) | null> = {
  standard: (pass, acts) => {
    const { tf, options } = pass;
    const { lp_norm: p } = options;
    const powers = p === 1 ? acts : tf.sub(tf.pow(tf.add(acts, LP_EPSILON), p), LP_EPSILON ** p);
    return tf.sum(tf.mul(powers, decoderNorms(pass)));
  },
  gated: (pass) => {
    const { tf, pre, estimates } = pass;
    return tf.sum(tf.mul(tf.relu(pre), estimates.held(decoderNorms(pass))));
  },
  jumprelu: (pass, acts) => {
    const { tf, weights, pre, estimates, options } = pass;
    if (options.jumprelu_sparsity === "step")
      return tf.sum(estimates.step(pre, weight(weights, "threshold"), options.jumprelu_bandwidth));
    const weighted = tf.mul(acts, decoderNorms(pass));
    return tf.sum(tf.tanh(tf.mul(weighted, options.jumprelu_tanh_scale)));
  },
  topk: null,
  batchtopk: null,
  matryoshka_batchtopk: null,
};

/** ŷ of each nested dictionary, the whole one last (Bussmann et al. 2025); elsewhere that alone. */
function nested(pass: Pass, acts: Tensor): Tensor[] {
  const { tf, config, weights } = pass;
  const { group_sizes } = config;
  if (!group_sizes) return [decode(pass, acts)];
  let y_hat = withoutFeatures(pass);
  let start = 0;
  return group_sizes.map((size) => {
    const group = tf.slice(acts, [0, start], [-1, size]);
    y_hat = tf.add(y_hat, tf.matMul(group, tf.slice(weights.W_dec, [start, 0], [size, -1])));
    start += size;
    return y_hat;
  });
}

/** ŷ = acts · W_dec + b_dec (+ x · W_skip) */
function decode(pass: Pass, acts: Tensor): Tensor {
  const { tf, weights } = pass;
  return tf.add(tf.matMul(acts, weights.W_dec), withoutFeatures(pass));
}

function withoutFeatures({ tf, config, weights, x }: Pass): Tensor {
  const { b_dec } = weights;
  return config.transcoder?.skip ? tf.add(tf.matMul(x, weight(weights, "W_skip")), b_dec) : b_dec;
}

/** Σ ‖y − ŷ(relu(gates))‖² with the decoder held constant (Rajamanoharan et al. 2024a, eq. 8). */
function gatesAlone(pass: Pass, target: Tensor): Tensor {
  const { tf, weights, pre, estimates } = pass;
  const { W_dec, b_dec } = weights;
  const held = { ...weights, W_dec: estimates.held(W_dec), b_dec: estimates.held(b_dec) };
  return squares(tf, tf.sub(target, decode({ ...pass, weights: held }, tf.relu(pre))));
}

/** Σ ‖e − aux · W_dec‖² with e constant, aux the dead features' largest pre-activations (Gao et al. 2024, A.2). */
function auxiliary({ tf, config, weights, pre, estimates }: Pass, e: Tensor, dead: Tensor1D) {
  const k = auxiliaryK(config.d_in);
  const aux = estimates.chosen(pre, (pre) => largestOfRows(tf, pre, k, dead));
  return squares(tf, tf.sub(estimates.held(e), tf.matMul(aux, weights.W_dec)));
}

/** [d_sae] ‖d_f‖ */
function decoderNorms({ tf, weights }: Pass): Tensor {
  return tf.sqrt(tf.sum(tf.square(weights.W_dec), 1));
}

function squares(tf: Tf, e: Tensor): Tensor {
  return tf.sum(tf.square(e));
}
