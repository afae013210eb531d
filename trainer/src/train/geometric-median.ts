import { type Tensor, zeros } from "../tensor/tensor.ts";

const MAX_ITERATIONS = 100;
const TOLERANCE = 1e-5;

/** mean[d] of the rows of x[n, d] */
export function mean(x: Tensor): Tensor {
  return weightedMean(x, () => 1);
}

/**
 * The point with the least sum of distances to the rows of x[n, d]: unlike the mean, not moved by a few
 * far rows. Weiszfeld's iteration: y ← Σ x_i / ‖x_i − y‖  /  Σ 1 / ‖x_i − y‖.
 */
export function geometricMedian(x: Tensor): Tensor {
  let y = mean(x);
  for (let i = 0; i < MAX_ITERATIONS; i++) {
    const next = weightedMean(x, (row) => 1 / Math.max(distance(row, y.data), 1e-10));
    const moved = distance(next.data, y.data);
    y = next;
    if (moved <= TOLERANCE * Math.hypot(...y.data)) break;
  }
  return y;
}

function weightedMean(x: Tensor, weight: (row: Float32Array) => number): Tensor {
  const [n, d] = x.shape;
  const sum = new Float64Array(d);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = x.data.subarray(i * d, (i + 1) * d);
    const w = weight(row);
    total += w;
    for (let j = 0; j < d; j++) sum[j] += w * row[j];
  }
  const y = zeros(d);
  for (let j = 0; j < d; j++) y.data[j] = sum[j] / total;
  return y;
}

function distance(a: Float32Array, b: Float32Array): number {
  let squared = 0;
  for (let j = 0; j < a.length; j++) squared += (a[j] - b[j]) ** 2;
  return Math.sqrt(squared);
}
