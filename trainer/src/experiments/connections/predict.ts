import type { Columns } from "./columns.ts";
import { addColumn } from "./rectified.ts";
import type { Row } from "./working-set.ts";

/** f̂ = Σ wᵢ aᵢ + b, or ReLU of it; weights are of activations as they are. */
export type Prediction = Row & { bias: number; rectified: boolean };

/**
 * Share of an output feature's variance that is explained: 1 − Σ(f − f̂)² / Σ(f − f̄)² over the tokens of the
 * columns, sums first; null where the feature does not vary. `room` holds a number for each token.
 */
export function shareExplained(
  { sources, weights, bias, rectified }: Prediction,
  from: Columns,
  to: Columns,
  feature: number,
  room: Float64Array,
): number | null {
  room.fill(bias);
  sources.forEach((i, p) => {
    addColumn(room, from, i, weights[p]);
  });
  let [unexplained, sum, squares] = [0, 0, 0];
  for (let t = 0; t < room.length; t++) {
    if (rectified && room[t] < 0) room[t] = 0;
    unexplained += room[t] ** 2;
  }
  for (let o = to.starts[feature]; o < to.starts[feature + 1]; o++) {
    const f = to.values[o];
    unexplained += f * (f - 2 * room[to.rows[o]]); // (f − f̂)² − f̂²
    sum += f;
    squares += f * f;
  }
  const variance = squares - (sum * sum) / to.n;
  return variance > 0 ? Math.fround(1 - unexplained / variance) : null;
}
