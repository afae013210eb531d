import { toBytes } from "../activations/dtype.ts";
import type { ActivationSource } from "../activations/source.ts";
import { randomTensor } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import { normalizeRows } from "./reference-step.ts";

/** Activations whose features are known: for tests. */
export type Planted = {
  /** [n_features, d_in], rows of norm 1 */
  directions: Tensor;
  /** x[n, d_in]: each feature is on with the same chance, at a strength from 1 to 2 */
  rows(random: Random, n: number): Tensor;
};

export function plantDictionary(
  seed: number,
  { d_in, n_features, active }: { d_in: number; n_features: number; active: number },
): Planted {
  const directions = randomTensor(new Random(seed, "planted"), 1, n_features, d_in);
  normalizeRows(directions);
  return {
    directions,
    rows(random, n) {
      const x = zeros(n, d_in);
      for (let i = 0; i < n; i++)
        for (let f = 0; f < n_features; f++) {
          if (random.next() >= active / n_features) continue;
          const strength = 1 + random.next();
          for (let j = 0; j < d_in; j++)
            x.data[i * d_in + j] += strength * directions.data[f * d_in + j];
        }
      return x;
    },
  };
}

/** The share of planted directions that some row of W_dec has a cosine above 0.95 with. */
export function recovered({ directions }: Planted, W_dec: Tensor): number {
  const [n, d_in] = directions.shape;
  let found = 0;
  for (let i = 0; i < n; i++) {
    const direction = directions.data.subarray(i * d_in, (i + 1) * d_in);
    let best = 0;
    for (let f = 0; f < W_dec.shape[0]; f++)
      best = Math.max(best, cosine(direction, W_dec.data.subarray(f * d_in, (f + 1) * d_in)));
    if (best > 0.95) found++;
  }
  return found / n;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, j) => sum + value * b[j], 0) / (Math.hypot(...a) * Math.hypot(...b));
}

/** Rows in memory as a source of activations. */
export function memorySource(x: Tensor, chunk_rows: number): ActivationSource {
  const [n, d_in] = x.shape;
  const chunkRows = (i: number) => Math.min(chunk_rows, n - i * chunk_rows);
  return {
    d_in,
    d_out: null,
    dtype: "float32",
    rows: n,
    chunks: Math.ceil(n / chunk_rows),
    chunkRows,
    chunk: async (i) => ({
      x: toBytes(rows(x, i * chunk_rows, i * chunk_rows + chunkRows(i)).data, "float32"),
      y: null,
    }),
    heldOut: async () => ({ x: rows(x, 0, Math.min(n, 1000)), y: null }),
  };
}
