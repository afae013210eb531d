import { type Tensor, zeros } from "../tensor/tensor.ts";
import { activate, keepLargest, relu } from "./activate.ts";
import type { SaeSettings } from "./config.ts";
import {
  addOuter,
  addRows,
  addThroughActivation,
  addThroughDecoder,
  addThroughEncoder,
  addThroughPre,
  type Back,
} from "./gradients.ts";
import { type FeatureChunks, orthogonality } from "./orthogonality.ts";
import { penalty } from "./penalty.ts";
import { decode, preActivations, type Sae } from "./sae.ts";
import { zeroWeights } from "./weights.ts";

/** Settings that say what an architecture's penalty is. */
export type LossSettings = Pick<
  SaeSettings,
  "lp_norm" | "jumprelu_sparsity" | "jumprelu_bandwidth" | "jumprelu_tanh_scale" | "orthogonality"
>;

export type LossOptions = LossSettings & {
  /** λ of the architecture's penalty; 0 leaves it out */
  sparsity_coefficient: number;
  /** α; 0 leaves the auxiliary loss out */
  auxk_coefficient: number;
  /** [d_sae], 1 for each feature that counts as dead */
  dead: Uint8Array;
  /** λ of the decoder rows' cosines (orthogonality.ts); 0 or absent leaves them out */
  orthogonality_coefficient?: number;
  /** among which features cosines are taken; absent: among all */
  chunks?: FeatureChunks;
};

/** The parts add up to the loss; each holds its coefficient. */
export type Loss = {
  loss: number;
  mse_loss: number;
  sparsity_loss: number;
  /** of dead features; of `gated` also what its gates alone fail to reconstruct */
  auxk_loss: number;
  /** of decoder rows against each other; absent without that penalty */
  orthogonality_loss?: number;
};

/** How many dead features try to explain a row's error (Gao et al. 2024, A.2: near d_in / 2). */
export function auxiliaryK(d_in: number): number {
  return Math.max(1, Math.floor(d_in / 2));
}

/**
 * With e = y − ŷ, where y is x (of a transcoder the other hook's activations), and means over the n
 * rows of the batch:
 *
 *     loss = mean ‖e‖²  +  λ mean S(acts)  +  α mean ‖e − ê‖²  (+  the cosines of decoder rows: orthogonality.ts)
 *
 * S is the architecture's penalty (penalty.ts). The last term is AuxK (Gao et al. 2024): ê = aux · W_dec,
 * where aux are the auxiliaryK largest positive pre-activations of dead features, and e is a constant.
 * matryoshka_batchtopk has for ‖e‖² the mean over its nested dictionaries; gated adds ‖y − ŷ(gates)‖²
 * with the decoder held constant (Rajamanoharan et al. 2024a, §3.2). Squares are summed over the
 * width, not averaged; inputs are expected to have mean norm √d_in.
 *
 * The gradient of `threshold` is that with respect to its logarithm, estimated (penalty.ts).
 */
export function lossAndGrads(sae: Sae, x: Tensor, y: Tensor | null, options: LossOptions) {
  const { auxk_coefficient, dead } = options;
  const target = y ?? x;
  const n = x.shape[0];
  const pre = preActivations(sae, x);
  const acts = activate(sae, pre);
  const grads = zeroWeights(sae.config);
  const back: Back = { sae, x, pre, acts, grads, dPre: zeros(...pre.shape) };

  const { mse_loss, dActs, error } = reconstruct(back, target);
  const sparsity_loss = penalty(back, dActs, options);
  addThroughActivation(back, dActs, options);

  let auxk_loss = 0;
  if (sae.config.architecture === "gated") auxk_loss += gatesAlone(back, target);
  if (auxk_coefficient > 0 && dead.includes(1)) auxk_loss += auxiliary(back, error, options);
  addThroughEncoder(back);
  const l0 = acts.data.reduce((sum, act) => sum + (act > 0 ? 1 : 0), 0) / n;
  const orthogonality_loss = orthogonality(sae.W_dec, grads.W_dec, options);
  const loss: Loss = {
    loss: mse_loss + sparsity_loss + auxk_loss + (orthogonality_loss ?? 0),
    mse_loss,
    sparsity_loss,
    auxk_loss,
    ...(orthogonality_loss !== null && { orthogonality_loss }),
  };
  return { ...loss, l0, smallest_active: smallestPositive(acts), grads, acts };
}

/**
 * ‖y − ŷ‖², its gradients at the decoder, and dL/dacts [n, d_sae]. Of nested dictionaries g = 1 … G,
 * each the groups of features up to its own: (1/G) Σ_g ‖y − ŷ_g‖² (Bussmann et al. 2025).
 */
function reconstruct({ sae, x, acts, grads }: Back, target: Tensor) {
  const { d_sae, group_sizes = [d_sae] } = sae.config;
  const n = x.shape[0];
  const dActs = zeros(n, d_sae);
  let mse_loss = 0;
  let error = target;
  let end = 0;
  for (const size of group_sizes) {
    end += size;
    const nested = {
      shape: acts.shape,
      data: acts.data.map((a, at) => (at % d_sae < end ? a : 0)),
    };
    error = minus(target, decode(sae, nested, x));
    mse_loss += sumOfSquares(error) / (n * group_sizes.length);
    const dY = scaled(error, -2 / (n * group_sizes.length));
    addThroughDecoder(sae, nested, dY, grads, dActs, end);
    addRows(grads.b_dec, dY);
    if (grads.W_skip) addOuter(grads.W_skip, x, dY);
  }
  return { mse_loss, dActs, error };
}

/** ‖y − ŷ(relu(pre))‖² with the decoder held constant: what teaches the gates of `gated` to reconstruct. */
function gatesAlone(back: Back, target: Tensor): number {
  const { sae, x, pre } = back;
  const n = x.shape[0];
  const gates = { shape: pre.shape, data: pre.data.slice() };
  relu(gates.data);
  const error = minus(target, decode(sae, gates, x));
  addThroughPre(back, gates, scaled(error, -2 / n), null);
  return sumOfSquares(error) / n;
}

/** α mean ‖e − ê‖², whose gradient reaches dead features alone. */
function auxiliary(back: Back, error: Tensor, { auxk_coefficient, dead }: LossOptions): number {
  const { sae, x, pre, grads } = back;
  const n = x.shape[0];
  const aux = deadActivations(pre, dead, auxiliaryK(sae.config.d_in));
  const directions = { ...sae, W_skip: undefined, b_dec: zeros(sae.b_dec.data.length) };
  const unexplained = minus(error, decode(directions, aux));
  addThroughPre(back, aux, scaled(unexplained, (-2 * auxk_coefficient) / n), grads);
  return (auxk_coefficient * sumOfSquares(unexplained)) / n;
}

/** aux[n, d_sae]: of the dead features' pre-activations the k largest, if positive. */
function deadActivations({ shape, data }: Tensor, dead: Uint8Array, k: number): Tensor {
  const d_sae = dead.length;
  const aux = data.map((value, at) => (dead[at % d_sae] ? value : -Infinity));
  for (let at = 0; at < aux.length; at += d_sae) keepLargest(aux.subarray(at, at + d_sae), k);
  relu(aux);
  return { shape, data: aux };
}

function smallestPositive({ data }: Tensor): number {
  const least = data.reduce((min, act) => (act > 0 && act < min ? act : min), Infinity);
  return least === Infinity ? 0 : least;
}

function minus(a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, data: a.data.map((value, i) => value - b.data[i]) };
}

function scaled(a: Tensor, by: number): Tensor {
  return { shape: a.shape, data: a.data.map((value) => value * by) };
}

function sumOfSquares(a: Tensor): number {
  return a.data.reduce((sum, value) => sum + value * value, 0);
}
