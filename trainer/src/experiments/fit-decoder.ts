import type { Batch } from "../activations/source.ts";
import type { finetuned } from "../bundle/experiments/finetune.ts";
import { type Report, UsageError } from "../bundle/index.ts";
import { outWidth } from "../sae/config.ts";
import { createEncoder, type EncoderOptions } from "../sae/encoder.ts";
import type { Sae } from "../sae/sae.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { Adam } from "./adam.ts";

export type Finetuned = (typeof finetuned)[number];

export type FitOptions = Omit<EncoderOptions, "max_rows"> & {
  what: Finetuned;
  /** batches to take, one step each */
  steps: number;
  /** of Adam at the first step, in units of what is trained; it falls linearly to 0 */
  lr: number;
  report?: Report;
  signal?: AbortSignal;
};

export type Fit = {
  /** [d_sae, d_out] */
  W_dec: Tensor;
  /** [d_out] */
  b_dec: Tensor;
  /** tokens on which each feature fired, [d_sae] */
  fired: Float64Array;
  tokens: number;
};

/**
 * The decoder that gives back y best when feature activations are fixed: linear least squares,
 *
 *     Σ‖y − ŷ‖²,  ŷ = acts · W_dec′ + b_dec′ (+ x · W_skip)
 *
 * by Adam over shuffled batches. It takes one pass where conjugate gradients take one for each iteration,
 * and no matrix [d_sae, d_sae] as the normal equations do. A feature that never fires stays as it is.
 */
export async function fitDecoder(
  sae: Sae,
  batches: AsyncIterator<Batch>,
  { what, steps, lr, report, signal, ...machine }: FitOptions,
): Promise<Fit> {
  const d_out = outWidth(sae.config);
  if (sae.config.input_norm)
    throw new UsageError(
      `a decoder is fitted to x as it is, but this dictionary normalises it (normalize_activations ${sae.config.input_norm})`,
    );
  const encoder = await createEncoder(sae, { ...machine, max_rows: 4096 });
  const rows = what === "scale" ? scales(sae) : directions(sae);
  const bias = { change: zeros(d_out), gradient: new Float64Array(d_out) };
  const fired = new Float64Array(sae.config.d_sae);
  let biasAdam: Adam | null = null;
  let tokens = 0;
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const { x, y } = (await batches.next()).value as Batch;
      const target = y ?? x;
      const acts = encoder.encode(x);
      const error = encoder.decode(acts, x);
      for (let at = 0; at < error.data.length; at++) error.data[at] -= target.data[at];
      for (const f of acts.features) fired[f]++;
      tokens += acts.n;
      addRows(error, bias.change);
      const squared_error = rows.step(acts, error, lr * (1 - step / steps));
      if (what === "decoder+bias") {
        biasAdam ??= new Adam(bias.change.data, rootMeanSquare(target));
        sumRows(bias.gradient, error);
        biasAdam.step(bias.gradient, lr * (1 - step / steps));
      }
      report?.({
        stage: `finetune ${what}`,
        done: (step + 1) * acts.n,
        total: steps * acts.n,
        unit: "tokens",
        values: { mse: squared_error / error.data.length },
      });
    }
  } finally {
    await encoder.dispose();
  }
  const b_dec = { ...sae.b_dec, data: sae.b_dec.data.map((b, j) => b + bias.change.data[j]) };
  return { W_dec: rows.W_dec(), b_dec, fired, tokens };
}

type Rows = {
  /** Adds what has been learnt to ŷ − y, moves on, and gives Σ‖ŷ − y‖² from before the step. */
  step(acts: SparseActs, error: Tensor, lr: number): number;
  W_dec(): Tensor;
};

/** d′_f = d_f + e_f */
function directions({ W_dec }: Sae): Rows {
  const [, d_out] = W_dec.shape;
  const e = zeros(...W_dec.shape);
  const gradient = new Float64Array(e.data.length);
  const adam = new Adam(e.data, 1 / Math.sqrt(d_out));
  return {
    step(acts, error, lr) {
      const { data } = error;
      eachEntry(acts, (i, f, a) => {
        for (let j = 0; j < d_out; j++) data[i * d_out + j] += a * e.data[f * d_out + j];
      });
      gradient.fill(0);
      eachEntry(acts, (i, f, a) => {
        for (let j = 0; j < d_out; j++) gradient[f * d_out + j] += a * data[i * d_out + j];
      });
      adam.step(gradient, lr);
      return sumOfSquares(error);
    },
    W_dec: () => ({ ...W_dec, data: W_dec.data.map((d, at) => d + e.data[at]) }),
  };
}

/** d′_f = (1 + e_f) d_f */
function scales({ W_dec }: Sae): Rows {
  const [d_sae, d_out] = W_dec.shape;
  const e = new Float32Array(d_sae);
  const gradient = new Float64Array(d_sae);
  const adam = new Adam(e, 1);
  return {
    step(acts, error, lr) {
      const { data } = error;
      eachEntry(acts, (i, f, a) => {
        const by = a * e[f];
        for (let j = 0; j < d_out; j++) data[i * d_out + j] += by * W_dec.data[f * d_out + j];
      });
      gradient.fill(0);
      eachEntry(acts, (i, f, a) => {
        let along = 0;
        for (let j = 0; j < d_out; j++) along += data[i * d_out + j] * W_dec.data[f * d_out + j];
        gradient[f] += a * along;
      });
      adam.step(gradient, lr);
      return sumOfSquares(error);
    },
    W_dec: () => ({
      ...W_dec,
      data: W_dec.data.map((d, at) => (1 + e[Math.floor(at / d_out)]) * d),
    }),
  };
}

function eachEntry(
  { n, offsets, features, values }: SparseActs,
  visit: (row: number, feature: number, act: number) => void,
): void {
  for (let i = 0; i < n; i++)
    for (let o = offsets[i]; o < offsets[i + 1]; o++) visit(i, features[o], values[o]);
}

function addRows({ shape: [n, width], data }: Tensor, row: Tensor): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < width; j++) data[i * width + j] += row.data[j];
}

function sumRows(to: Float64Array, { data }: Tensor): void {
  to.fill(0);
  for (let at = 0; at < data.length; at++) to[at % to.length] += data[at];
}

function rootMeanSquare(t: Tensor): number {
  return Math.sqrt(sumOfSquares(t) / t.data.length);
}

function sumOfSquares({ data }: Tensor): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += data[at] ** 2;
  return sum;
}
