import type { Architecture } from "../bundle/cfg.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Back } from "./gradients.ts";
import type { LossOptions } from "./loss.ts";
import { weight } from "./weights.ts";

/** Keeps the slope of aᵖ finite at 0. */
export const LP_EPSILON = 0.01;

/**
 * Σ over the batch of an architecture's penalty S, undivided; adds the gradients of (λ / n) Σ S to what
 * `back` and dActs [n, d_sae] hold.
 */
type Penalty = (back: Back, dActs: Tensor, scale: number, options: LossOptions) => number;

const none: Penalty = () => 0;
const penalties: Record<Architecture, Penalty> = {
  standard: lp,
  gated: gatedL1,
  jumprelu: (back, dActs, scale, options) =>
    options.jumprelu_sparsity === "step"
      ? stepL0(back, scale, options)
      : tanh(back, dActs, scale, options),
  topk: none,
  batchtopk: none,
  matryoshka_batchtopk: none,
};

/** λ mean S; its gradients are added. */
export function penalty(back: Back, dActs: Tensor, options: LossOptions): number {
  const { sparsity_coefficient } = options;
  if (sparsity_coefficient === 0) return 0;
  const scale = sparsity_coefficient / back.x.shape[0];
  return scale * penalties[back.sae.config.architecture](back, dActs, scale, options);
}

/**
 * S = Σ_f ‖d_f‖ φ(a_f), where φ(a) = a for p = 1 (Bricken et al. 2023; weighted by norms: Anthropic,
 * April 2024) and (a + ε)ᵖ − εᵖ otherwise.
 */
function lp({ sae, acts, grads }: Back, dActs: Tensor, scale: number, { lp_norm: p }: LossOptions) {
  const norms = decoderNorms(sae.W_dec);
  let sum = 0;
  for (let at = 0; at < acts.data.length; at++) {
    const act = acts.data[at];
    if (!(act > 0)) continue;
    const f = at % norms.length;
    const value = p === 1 ? act : (act + LP_EPSILON) ** p - LP_EPSILON ** p;
    const slope = p === 1 ? 1 : p * (act + LP_EPSILON) ** (p - 1);
    sum += norms[f] * value;
    dActs.data[at] += scale * norms[f] * slope;
    addNormGradient(grads.W_dec, sae.W_dec, f, (scale * value) / norms[f]);
  }
  return sum;
}

/** S = Σ_f relu(gate_f) ‖d_f‖, with the norm held constant (Rajamanoharan et al. 2024a, eq. 8). */
function gatedL1({ sae, pre, grads, dPre }: Back, _: Tensor, scale: number) {
  const norms = decoderNorms(sae.W_dec);
  let sum = 0;
  for (let at = 0; at < pre.data.length; at++) {
    if (!(pre.data[at] > 0)) continue;
    const f = at % norms.length;
    sum += pre.data[at] * norms[f];
    dPre.data[at] += scale * norms[f];
    grads.b_enc.data[f] += scale * norms[f];
  }
  return sum;
}

/**
 * S = Σ_f 1[pre_f > θ_f]. Only thresholds feel it, through pre-activations near them: dS/dθ is estimated
 * as −K((pre − θ)/ε)/ε, K the rectangle on [−½, ½] (Rajamanoharan et al. 2024b, eq. 11 and 12).
 */
function stepL0({ sae, pre, acts, grads }: Back, scale: number, options: LossOptions) {
  const theta = weight(sae, "threshold").data;
  const gradient = weight(grads, "threshold").data;
  let sum = 0;
  for (let at = 0; at < pre.data.length; at++) {
    const f = at % theta.length;
    if (acts.data[at] > 0) sum++;
    if (isNear(pre.data[at], theta[f], options))
      gradient[f] -= (theta[f] * scale) / options.jumprelu_bandwidth;
  }
  return sum;
}

/** S = Σ_f tanh(c a_f ‖d_f‖) (Anthropic, January 2025). */
function tanh({ sae, acts, grads }: Back, dActs: Tensor, scale: number, options: LossOptions) {
  const c = options.jumprelu_tanh_scale;
  const norms = decoderNorms(sae.W_dec);
  let sum = 0;
  for (let at = 0; at < acts.data.length; at++) {
    const f = at % norms.length;
    const act = acts.data[at];
    const value = Math.tanh(c * act * norms[f]);
    const slope = scale * c * (1 - value * value);
    sum += value;
    dActs.data[at] += slope * norms[f];
    addNormGradient(grads.W_dec, sae.W_dec, f, (slope * act) / norms[f]);
  }
  return sum;
}

/** Whether a pre-activation is near enough to a threshold to say how the loss changes with it. */
export function isNear(pre: number, theta: number, options: LossOptions): boolean {
  return Math.abs(pre - theta) < options.jumprelu_bandwidth / 2;
}

/** [d_sae] ‖d_f‖ */
function decoderNorms({ shape: [d_sae, d_out], data }: Tensor): Float64Array {
  return Float64Array.from({ length: d_sae }, (_, f) =>
    Math.hypot(...data.subarray(f * d_out, (f + 1) * d_out)),
  );
}

/** Row f of the gradient += by · d_f */
function addNormGradient(grad: Tensor, W_dec: Tensor, f: number, by: number): void {
  const d_out = W_dec.shape[1];
  for (let at = f * d_out; at < (f + 1) * d_out; at++) grad.data[at] += by * W_dec.data[at];
}
