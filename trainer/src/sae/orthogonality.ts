import type { Tensor } from "../tensor/tensor.ts";
import type { LossOptions } from "./loss.ts";

/** Features in an order, cut into chunks: chunk c is [⌊c · d_sae / count⌋, ⌊(c + 1) · d_sae / count⌋) of it. */
export type FeatureChunks = { order: Int32Array; count: number };

/** One chunk. */
export function allFeatures(d_sae: number): FeatureChunks {
  return { order: Int32Array.from({ length: d_sae }, (_, f) => f), count: 1 };
}

/** [first, last) in `order` of each chunk. */
export function chunkRanges({ order, count }: FeatureChunks): [number, number][] {
  const start = (c: number) => Math.floor((c * order.length) / count);
  return Array.from({ length: count }, (_, c) => [start(c), start(c + 1)]);
}

/**
 * λ times the mean over features f of what the cosines of d_f with the other rows of its chunk make:
 *
 *     abs      mean |cos|
 *     squared  mean cos²
 *     max      max |cos|
 *
 * A mean of means, so that λ weighs alike at any d_sae; and as chunks are random, abs and squared have the
 * expected value of all pairs whatever the chunk (the largest of fewer is smaller). A feature alone in its
 * chunk adds 0. Adds the gradient to grad[d_sae, d_out]; null without the penalty.
 */
export function orthogonality(W_dec: Tensor, grad: Tensor, options: LossOptions): number | null {
  const [d_sae, d] = W_dec.shape;
  const { orthogonality_coefficient = 0, chunks = allFeatures(d_sae) } = options;
  if (orthogonality_coefficient === 0) return null;
  const weight = orthogonality_coefficient / d_sae;
  const { units, norms } = unitRows(W_dec);
  let sum = 0;
  for (const [first, last] of chunkRanges(chunks)) {
    const features = chunks.order.subarray(first, last);
    for (const f of features) {
      const others = [...features]
        .filter((g) => g !== f)
        .map((g) => ({ g, cos: dot(units, f, g, d) }));
      for (const { g, cos, value, slope } of terms(others, options)) {
        sum += value;
        turn(f, g, cos, weight * slope);
        turn(g, f, cos, weight * slope);
      }
    }
  }
  return weight * sum;

  /** Row f of the gradient += by · d cos / d d_f = by · (u_g − cos u_f) / ‖d_f‖, u = d / ‖d‖ */
  function turn(f: number, g: number, cos: number, by: number): void {
    for (let j = 0; j < d; j++)
      grad.data[f * d + j] += (by * (units[g * d + j] - cos * units[f * d + j])) / norms[f];
  }
}

type Pair = { g: number; cos: number };

/** What each of a feature's pairs adds, and the derivative in its cosine. */
function terms(others: Pair[], { orthogonality: kind }: Pick<LossOptions, "orthogonality">) {
  const n = others.length;
  if (kind === "squared")
    return others.map((pair) => ({ ...pair, value: pair.cos ** 2 / n, slope: (2 * pair.cos) / n }));
  if (kind === "abs")
    return others.map((pair) => ({
      ...pair,
      value: Math.abs(pair.cos) / n,
      slope: Math.sign(pair.cos) / n,
    }));
  const nearest = others.reduce<Pair | null>(
    (best, pair) => (best === null || Math.abs(pair.cos) > Math.abs(best.cos) ? pair : best),
    null,
  );
  if (nearest === null) return [];
  return [{ ...nearest, value: Math.abs(nearest.cos), slope: Math.sign(nearest.cos) }];
}

/** [d_sae, d_out] d_f / ‖d_f‖ and [d_sae] ‖d_f‖ */
function unitRows({ shape: [d_sae, d], data }: Tensor) {
  const norms = Float64Array.from({ length: d_sae }, (_, f) => Math.sqrt(dot(data, f, f, d)));
  const units = Float64Array.from(data, (value, at) => value / norms[Math.floor(at / d)]);
  return { units, norms };
}

/** row f · row g */
function dot(data: ArrayLike<number>, f: number, g: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += data[f * d + j] * data[g * d + j];
  return sum;
}
