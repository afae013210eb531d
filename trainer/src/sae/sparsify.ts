import type { Tensor } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";

type Rule = (pre: Float32Array, config: SaeConfig) => void;

/** What makes an architecture: how one row of pre-activations becomes activations, in place. */
const rules: Record<SaeConfig["architecture"], Rule> = {
  standard: relu,
  // Gao et al. 2024: the k largest, and of those the positive ones
  topk: (pre, { k, d_sae }) => {
    keepLargest(pre, k ?? d_sae);
    relu(pre);
  },
};

/** acts[n, d_sae] = sparsify(pre), in place. */
export function sparsify(pre: Tensor, config: SaeConfig): void {
  const { d_sae } = config;
  for (let at = 0; at < pre.data.length; at += d_sae)
    rules[config.architecture](pre.data.subarray(at, at + d_sae), config);
}

function relu(pre: Float32Array): void {
  for (let f = 0; f < pre.length; f++) if (!(pre[f] > 0)) pre[f] = 0;
}

/** Zeroes all but the k largest; of equal values the one with the lowest index stays. */
export function keepLargest(pre: Float32Array, k: number): void {
  const order = Array.from(pre.keys()).sort((a, b) => pre[b] - pre[a] || a - b);
  for (const f of order.slice(k)) pre[f] = 0;
}
