import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import { sparsify } from "./sparsify.ts";

/**
 * A sparse autoencoder:
 *
 *     pre  = (x − b_dec) · W_enc + b_enc
 *     acts = sparsify(pre)
 *     x̂    = acts · W_dec + b_dec
 *
 * This file is the reference: plain loops over dense matrices. `encoder.ts` is the fast path.
 */
export type Sae = { config: SaeConfig } & Weights;

export type Weights = {
  /** [d_in, d_sae] */
  W_enc: Tensor;
  /** [d_sae] */
  b_enc: Tensor;
  /** [d_sae, d_in]; row f is feature f's direction */
  W_dec: Tensor;
  /** [d_in] */
  b_dec: Tensor;
};

export const weightNames = ["W_enc", "b_enc", "W_dec", "b_dec"] as const;

export function weightShapes({ d_in, d_sae }: { d_in: number; d_sae: number }) {
  return { W_enc: [d_in, d_sae], b_enc: [d_sae], W_dec: [d_sae, d_in], b_dec: [d_in] };
}

/** Zeros in the shape of the weights: for gradients and moments. */
export function zeroWeights(sizes: { d_in: number; d_sae: number }): Weights {
  const { W_enc, b_enc, W_dec, b_dec } = weightShapes(sizes);
  return {
    W_enc: zeros(...W_enc),
    b_enc: zeros(...b_enc),
    W_dec: zeros(...W_dec),
    b_dec: zeros(...b_dec),
  };
}

/** acts[n, d_sae], mostly 0 */
export function encode(sae: Sae, x: Tensor): Tensor {
  const acts = preActivations(sae, x);
  sparsify(acts, sae.config);
  return acts;
}

/** pre[n, d_sae] = (x − b_dec) · W_enc + b_enc */
export function preActivations({ config, W_enc, b_enc, b_dec }: Sae, x: Tensor): Tensor {
  const { d_in, d_sae } = config;
  const n = x.shape[0];
  const pre = zeros(n, d_sae);
  const row = new Float64Array(d_sae);
  for (let i = 0; i < n; i++) {
    row.set(b_enc.data);
    for (let j = 0; j < d_in; j++) {
      const centred = x.data[i * d_in + j] - b_dec.data[j];
      for (let f = 0; f < d_sae; f++) row[f] += centred * W_enc.data[j * d_sae + f];
    }
    pre.data.set(row, i * d_sae);
  }
  return pre;
}

/** x̂[n, d_in] = acts · W_dec + b_dec */
export function decode({ config, W_dec, b_dec }: Sae, acts: Tensor): Tensor {
  const { d_in, d_sae } = config;
  const n = acts.shape[0];
  const xHat = zeros(n, d_in);
  const row = new Float64Array(d_in);
  for (let i = 0; i < n; i++) {
    row.set(b_dec.data);
    for (let f = 0; f < d_sae; f++) {
      const act = acts.data[i * d_sae + f];
      if (act === 0) continue;
      for (let j = 0; j < d_in; j++) row[j] += act * W_dec.data[f * d_in + j];
    }
    xHat.data.set(row, i * d_in);
  }
  return xHat;
}
