import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { LossOptions } from "./loss.ts";
import { isNear } from "./penalty.ts";
import type { Sae } from "./sae.ts";
import { type Weights, weight } from "./weights.ts";

/** A batch on its way back: what it was, and what has been added up so far. */
export type Back = {
  sae: Sae;
  x: Tensor;
  pre: Tensor;
  acts: Tensor;
  grads: Weights;
  /** dL / d(xc · W_enc) [n, d_sae] */
  dPre: Tensor;
};

/** dW_dec += actsᵀ dY, dActs += dY W_decᵀ, for features below `end` */
export function addThroughDecoder(
  { W_dec }: Sae,
  acts: Tensor,
  dY: Tensor,
  grads: Weights | null,
  dActs: Tensor,
  end: number,
): void {
  const [n, d_sae] = acts.shape;
  const d_out = dY.shape[1];
  for (let i = 0; i < n; i++)
    for (let f = 0; f < end; f++) {
      const act = acts.data[i * d_sae + f];
      let sum = 0;
      for (let j = 0; j < d_out; j++) {
        const dy = dY.data[i * d_out + j];
        sum += dy * W_dec.data[f * d_out + j];
        if (grads && act !== 0) grads.W_dec.data[f * d_out + j] += act * dy;
      }
      dActs.data[i * d_sae + f] += sum;
    }
}

/** dL/d(xc · W_enc) and the gradients of what else makes activations of pre-activations. */
export function addThroughActivation(back: Back, dActs: Tensor, options: LossOptions): void {
  const { sae, pre, acts, grads, dPre } = back;
  const { architecture, d_sae } = sae.config;
  const isGated = architecture === "gated";
  if (architecture === "jumprelu") addThroughThreshold(back, dActs, options);
  for (let at = 0; at < dActs.data.length; at++) {
    if (!(acts.data[at] > 0)) continue;
    const f = at % d_sae;
    if (isGated) {
      // mag = exp(r_mag) (pre − b_enc) + b_mag: the gate's bias has no part in it
      const rescaled = Math.exp(weight(sae, "r_mag").data[f]) * dActs.data[at];
      weight(grads, "r_mag").data[f] += rescaled * (pre.data[at] - sae.b_enc.data[f]);
      weight(grads, "b_mag").data[f] += dActs.data[at];
      dPre.data[at] += rescaled;
    } else {
      grads.b_enc.data[f] += dActs.data[at];
      dPre.data[at] += dActs.data[at];
    }
  }
}

/** da/dθ is estimated as −(θ/ε) K((pre − θ)/ε) (Rajamanoharan et al. 2024b, eq. 10); θ = exp(log θ). */
function addThroughThreshold({ sae, pre, grads }: Back, dActs: Tensor, options: LossOptions): void {
  const theta = weight(sae, "threshold").data;
  for (let at = 0; at < pre.data.length; at++) {
    const f = at % theta.length;
    if (!isNear(pre.data[at], theta[f], options)) continue;
    weight(grads, "threshold").data[f] -=
      (theta[f] ** 2 / options.jumprelu_bandwidth) * dActs.data[at];
  }
}

/** What flows back from activations that are pre-activations or 0. */
export function addThroughPre(
  back: Back,
  acts: Tensor,
  dY: Tensor,
  decoderGrads: Weights | null,
): void {
  const { sae, grads, dPre } = back;
  const dActs = zeros(...acts.shape);
  addThroughDecoder(sae, acts, dY, decoderGrads, dActs, sae.config.d_sae);
  for (let at = 0; at < acts.data.length; at++) {
    if (!(acts.data[at] > 0)) continue;
    dPre.data[at] += dActs.data[at];
    grads.b_enc.data[at % sae.config.d_sae] += dActs.data[at];
  }
}

/** dL/dW_enc = xcᵀ dPre; dL/db_dec −= dPre · W_encᵀ where xc = x − b_dec */
export function addThroughEncoder({ sae, x, dPre, grads }: Back): void {
  const { d_in, d_sae, transcoder } = sae.config;
  for (let i = 0; i < x.shape[0]; i++)
    for (let f = 0; f < d_sae; f++) {
      const d = dPre.data[i * d_sae + f];
      if (d === 0) continue;
      for (let j = 0; j < d_in; j++) {
        const centred = x.data[i * d_in + j] - (transcoder ? 0 : sae.b_dec.data[j]);
        grads.W_enc.data[j * d_sae + f] += d * centred;
        if (!transcoder) grads.b_dec.data[j] -= d * sae.W_enc.data[j * d_sae + f];
      }
    }
}

/** Every row of dY, added to a row. */
export function addRows(to: Tensor, dY: Tensor): void {
  const width = to.data.length;
  for (let at = 0; at < dY.data.length; at++) to.data[at % width] += dY.data[at];
}

/** to += xᵀ dY */
export function addOuter(to: Tensor, x: Tensor, dY: Tensor): void {
  const [d_in, d_out] = to.shape;
  for (let i = 0; i < x.shape[0]; i++)
    for (let j = 0; j < d_in; j++)
      for (let o = 0; o < d_out; o++)
        to.data[j * d_out + o] += x.data[i * d_in + j] * dY.data[i * d_out + o];
}
