import type { Gram } from "./gram.ts";
import { overWorkingSet, type Row, shrunk } from "./working-set.ts";

const TOLERANCE = 1e-5;
const MOST_SWEEPS = 1000;

/**
 * The lasso of one output feature, all in units of their scales: min ½E[(y − Σ wᵢ xᵢ)²] + l1 Σ|wᵢ|, by
 * coordinate descent on second moments (Friedman, Hastie and Tibshirani 2010, §2.2). `products` is E[x y], [d].
 */
export function linearRow(gram: Gram, products: Float64Array, l1: number): Row {
  const gradient = ({ sources, weights }: Row) => {
    const slope = products.slice();
    sources.forEach((i, p) => {
      if (weights[p] === 0) return;
      const row = gram.row(i);
      for (let k = 0; k < slope.length; k++) slope[k] -= weights[p] * row[k];
    });
    return slope;
  };
  return overWorkingSet(l1, { sources: [], weights: [] }, gradient, (row) => {
    const { sources, weights } = row;
    const all = gradient(row);
    const slope = Float64Array.from(sources, (i) => all[i]);
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let largest = 0;
      for (let p = 0; p < sources.length; p++) {
        const step = shrunk(slope[p] + weights[p], l1) - weights[p]; // E[xᵢ²] = 1
        if (step === 0) continue;
        weights[p] += step;
        const moments = gram.row(sources[p]);
        for (let q = 0; q < sources.length; q++) slope[q] -= step * moments[sources[q]];
        largest = Math.max(largest, Math.abs(step));
      }
      if (largest < TOLERANCE) break;
    }
  });
}
