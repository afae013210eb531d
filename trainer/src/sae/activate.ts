import type { Architecture } from "../bundle/cfg.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sae } from "./sae.ts";
import { weight } from "./weights.ts";

/** Turns pre-activations [n, d_sae] into activations, in place. */
type Rule = (pre: Tensor, sae: Sae) => void;

/** What makes an architecture. */
const rules: Record<Architecture, Rule> = {
  standard: (pre) => relu(pre.data),
  gated,
  jumprelu,
  // Gao et al. 2024: the k largest of each row, and of those the positive ones
  topk: (pre, { config: { k, d_sae } }) => {
    for (let at = 0; at < pre.data.length; at += d_sae)
      keepLargest(pre.data.subarray(at, at + d_sae), k ?? d_sae);
    relu(pre.data);
  },
  batchtopk: batchTopK,
  matryoshka_batchtopk: batchTopK,
};

/** acts[n, d_sae], of pre[n, d_sae] */
export function activate(sae: Sae, pre: Tensor): Tensor {
  const acts = { shape: pre.shape, data: pre.data.slice() };
  rules[sae.config.architecture](acts, sae);
  return acts;
}

export function relu(pre: Float32Array): void {
  for (let f = 0; f < pre.length; f++) if (!(pre[f] > 0)) pre[f] = 0;
}

/** Zeroes all but the k largest; of equal values the one with the lowest index stays. */
export function keepLargest(pre: Float32Array, k: number): void {
  const order = Array.from(pre.keys()).sort((a, b) => pre[b] - pre[a] || a - b);
  for (const f of order.slice(k)) pre[f] = 0;
}

/** Bussmann et al. 2024: the n · k largest of n rows, and of those the positive ones. */
function batchTopK({ shape, data }: Tensor, { config: { k, d_sae } }: Sae): void {
  keepLargest(data, shape[0] * (k ?? d_sae));
  relu(data);
}

/** Rajamanoharan et al. 2024b: what exceeds its feature's threshold stays as it is. */
function jumprelu({ data }: Tensor, sae: Sae): void {
  const threshold = weight(sae, "threshold").data;
  for (let at = 0; at < data.length; at++)
    if (!(data[at] > threshold[at % threshold.length])) data[at] = 0;
}

/** Rajamanoharan et al. 2024a: where the gate (pre) is open, relu of the magnitude. */
function gated({ data }: Tensor, sae: Sae): void {
  const d_sae = sae.config.d_sae;
  for (let at = 0; at < data.length; at++)
    data[at] = data[at] > 0 ? Math.max(0, magnitude(sae, data[at], at % d_sae)) : 0;
}

/** exp(r_mag) (pre − b_enc) + b_mag: the gate's weights, rescaled, with a bias of its own */
function magnitude(sae: Sae, pre: number, f: number): number {
  const [r_mag, b_mag] = [weight(sae, "r_mag"), weight(sae, "b_mag")];
  return Math.exp(r_mag.data[f]) * (pre - sae.b_enc.data[f]) + b_mag.data[f];
}
