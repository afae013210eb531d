import { type Tensor, zeros } from "../tensor/tensor.ts";
import { decode, preActivations, type Sae, type Weights, zeroWeights } from "./sae.ts";
import { sparsify } from "./sparsify.ts";

export type LossOptions = {
  /** λ; 0 leaves the L1 penalty out */
  l1_coefficient: number;
  /** α; 0 leaves the auxiliary loss out */
  auxk_coefficient: number;
  /** [d_sae], 1 for each feature that counts as dead */
  dead: Uint8Array;
};

/** The three parts add up to the loss; each holds its coefficient. */
export type Loss = { loss: number; mse_loss: number; sparsity_loss: number; auxk_loss: number };

/** How many dead features try to explain a row's error (Gao et al. 2024, A.2: near d_in / 2). */
export function auxiliaryK(d_in: number): number {
  return Math.max(1, Math.floor(d_in / 2));
}

/**
 * With e = x − x̂ and means over the n rows of the batch:
 *
 *     loss = mean ‖e‖²  +  λ mean Σ_f a_f ‖d_f‖  +  α mean ‖e − ê‖²
 *
 * The second term is `standard`'s, the third `topk`'s (AuxK): ê = aux · W_dec, where aux are the
 * auxiliaryK largest positive pre-activations of dead features, and e is a constant.
 * Squares are summed over d_in, not averaged; inputs are expected to have mean norm √d_in.
 */
export function lossAndGrads(sae: Sae, x: Tensor, options: LossOptions) {
  const { l1_coefficient, auxk_coefficient, dead } = options;
  const { config } = sae;
  const n = x.shape[0];
  const pre = preActivations(sae, x);
  const acts: Tensor = { shape: pre.shape, data: pre.data.slice() };
  sparsify(acts, config);
  const xHat = decode(sae, acts);
  const error = minus(x, xHat);
  const grads = zeroWeights(config);

  addGradients(grads, sae, x, acts, scaled(error, -2 / n), l1_coefficient / n);
  for (let at = 0; at < error.data.length; at++)
    grads.b_dec.data[at % config.d_in] -= (2 / n) * error.data[at];
  const mse_loss = sumOfSquares(error) / n;
  const sparsity_loss = (l1_coefficient * weightedL1(sae, acts)) / n;

  let auxk_loss = 0;
  if (auxk_coefficient > 0 && dead.includes(1)) {
    const aux = deadActivations(pre, dead, auxiliaryK(config.d_in));
    const unexplained = minus(error, decode({ ...sae, b_dec: zeros(config.d_in) }, aux));
    addGradients(grads, sae, x, aux, scaled(unexplained, (-2 * auxk_coefficient) / n), 0);
    auxk_loss = (auxk_coefficient * sumOfSquares(unexplained)) / n;
  }
  const loss: Loss = {
    loss: mse_loss + sparsity_loss + auxk_loss,
    mse_loss,
    sparsity_loss,
    auxk_loss,
  };
  return { ...loss, grads, acts };
}

/**
 * Adds what flows back from y = acts · W_dec, given dL/dy:
 *
 *     dL/dd_f   = Σ a_f dL/dy + l1 a_f d_f / ‖d_f‖
 *     dL/dpre_f = dL/dy · d_f + l1 ‖d_f‖     where a_f > 0
 *     dL/dW_enc = (x − b_dec)ᵀ dL/dpre,   dL/db_enc = Σ dL/dpre,   dL/db_dec = −Σ W_enc dL/dpre
 */
function addGradients(grads: Weights, sae: Sae, x: Tensor, acts: Tensor, dY: Tensor, l1: number) {
  const { d_in, d_sae } = sae.config;
  const [W_enc, W_dec, b_dec] = [sae.W_enc.data, sae.W_dec.data, sae.b_dec.data];
  const norms = decoderNorms(sae);
  for (let i = 0; i < x.shape[0]; i++) {
    const xRow = x.data.subarray(i * d_in, (i + 1) * d_in);
    const dYRow = dY.data.subarray(i * d_in, (i + 1) * d_in);
    for (let f = 0; f < d_sae; f++) {
      const act = acts.data[i * d_sae + f];
      if (act === 0) continue;
      const norm = norms[f];
      let dPre = l1 * norm;
      for (let j = 0; j < d_in; j++) dPre += dYRow[j] * W_dec[f * d_in + j];
      for (let j = 0; j < d_in; j++) {
        grads.W_dec.data[f * d_in + j] += act * (dYRow[j] + (l1 * W_dec[f * d_in + j]) / norm);
        grads.W_enc.data[j * d_sae + f] += dPre * (xRow[j] - b_dec[j]);
        grads.b_dec.data[j] -= dPre * W_enc[j * d_sae + f];
      }
      grads.b_enc.data[f] += dPre;
    }
  }
}

/** aux[n, d_sae]: of the dead features' pre-activations the k largest, if positive. */
function deadActivations(pre: Tensor, dead: Uint8Array, k: number): Tensor {
  const d_sae = dead.length;
  const data = pre.data.map((value, at) => (dead[at % d_sae] ? value : -Infinity));
  const aux = { shape: pre.shape, data };
  sparsify(aux, { architecture: "topk", d_in: 0, d_sae, k });
  return aux;
}

function weightedL1(sae: Sae, acts: Tensor): number {
  const norms = decoderNorms(sae);
  return acts.data.reduce((sum, act, at) => sum + act * norms[at % norms.length], 0);
}

/** [d_sae] ‖d_f‖ */
function decoderNorms({ config: { d_in, d_sae }, W_dec }: Sae): Float64Array {
  return Float64Array.from({ length: d_sae }, (_, f) =>
    Math.hypot(...W_dec.data.subarray(f * d_in, (f + 1) * d_in)),
  );
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
