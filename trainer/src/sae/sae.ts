import { type Tensor, zeros } from "../tensor/tensor.ts";
import { activate } from "./activate.ts";
import { outWidth, type SaeConfig } from "./config.ts";
import { normalized, restore } from "./normalize.ts";
import type { Weights } from "./weights.ts";

/**
 * A sparse autoencoder:
 *
 *     pre  = (x − b_dec) · W_enc + b_enc
 *     acts = activate(pre)
 *     x̂    = acts · W_dec + b_dec
 *
 * A transcoder does not subtract b_dec, and may add x · W_skip; rows may be normalised before and x̂ brought back
 * after (normalize.ts). This file is the reference: plain loops over dense matrices. `encoder.ts` is the fast path.
 */
export type Sae = { config: SaeConfig } & Weights;

/** acts[n, d_sae], mostly 0. Of batchtopk the rows are one batch. */
export function encode(sae: Sae, x: Tensor): Tensor {
  return activate(sae, preActivations(sae, x));
}

/** pre[n, d_sae] = (x − b_dec) · W_enc + b_enc; transcoders: x · W_enc + b_enc */
export function preActivations({ config, W_enc, b_enc, b_dec }: Sae, given: Tensor): Tensor {
  const { d_in, d_sae, transcoder, input_norm } = config;
  const x = input_norm ? normalized(given, input_norm) : given;
  const n = x.shape[0];
  const pre = zeros(n, d_sae);
  const row = new Float64Array(d_sae);
  for (let i = 0; i < n; i++) {
    row.set(b_enc.data);
    for (let j = 0; j < d_in; j++) {
      const centred = x.data[i * d_in + j] - (transcoder ? 0 : b_dec.data[j]);
      for (let f = 0; f < d_sae; f++) row[f] += centred * W_enc.data[j * d_sae + f];
    }
    pre.data.set(row, i * d_sae);
  }
  return pre;
}

/** x̂[n, d_out] = acts · W_dec + b_dec, and x · W_skip where there is one; of normalised rows in the scale of x */
export function decode(sae: Sae, acts: Tensor, x?: Tensor): Tensor {
  const { config, W_dec, b_dec, W_skip } = sae;
  const { d_in, d_sae } = config;
  const d_out = outWidth(config);
  const n = acts.shape[0];
  const xHat = zeros(n, d_out);
  const row = new Float64Array(d_out);
  for (let i = 0; i < n; i++) {
    row.set(b_dec.data);
    for (let f = 0; f < d_sae; f++) addScaled(row, acts.data[i * d_sae + f], W_dec, f);
    if (W_skip)
      for (let j = 0; j < d_in; j++) addScaled(row, given(x).data[i * d_in + j], W_skip, j);
    xHat.data.set(row, i * d_out);
  }
  if (config.input_norm) restore(xHat, given(x), config.input_norm);
  return xHat;
}

function addScaled(row: Float64Array, by: number, { data }: Tensor, at: number): void {
  if (by === 0) return;
  for (let j = 0; j < row.length; j++) row[j] += by * data[at * row.length + j];
}

function given(x: Tensor | undefined): Tensor {
  if (!x) throw new Error("a skip connection, and rows that were normalised, need x to decode");
  return x;
}
