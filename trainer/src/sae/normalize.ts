import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";

export type InputNorm = NonNullable<SaeConfig["input_norm"]>;

/** Of SAELens and of OpenAI's sparse_autoencoder. */
const EPSILON = 1e-5;

/**
 * x[n, d] as it is encoded. With μ and σ a row's mean and standard deviation (of d − 1 degrees of freedom),
 *
 *     layer_norm              (x − μ) / (σ + 1e-5)        x̂ → x̂ · σ + μ
 *     constant_norm_rescale   x · √d / ‖x‖                x̂ → x̂ · ‖x‖ / √d
 *
 * as SAELens (`saes/sae.py`) does by these names. A row of zeros stays.
 */
export function normalized(x: Tensor, by: InputNorm): Tensor {
  const [n, d] = x.shape;
  const out = zeros(n, d);
  for (let i = 0; i < n; i++) {
    const row = x.data.subarray(i * d, (i + 1) * d);
    const { mean, scale } = statistics(row, by);
    const divisor = by === "layer_norm" ? scale + EPSILON : scale;
    for (let j = 0; j < d; j++) out.data[i * d + j] = (row[j] - mean) / divisor;
  }
  return out;
}

/** Brings x̂[n, d], decoded from normalised rows, back to the mean and scale of x, in place. */
export function restore(xHat: Tensor, x: Tensor, by: InputNorm): void {
  const [n, d] = x.shape;
  for (let i = 0; i < n; i++) {
    const { mean, scale } = statistics(x.data.subarray(i * d, (i + 1) * d), by);
    for (let at = i * d; at < (i + 1) * d; at++) xHat.data[at] = xHat.data[at] * scale + mean;
  }
}

function statistics(row: Float32Array, by: InputNorm): { mean: number; scale: number } {
  const d = row.length;
  const mean = by === "layer_norm" ? row.reduce((sum, value) => sum + value, 0) / d : 0;
  const squares = row.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (by === "layer_norm") return { mean, scale: Math.sqrt(squares / (d - 1)) };
  return { mean, scale: squares === 0 ? 1 : Math.sqrt(squares / d) };
}
