import type { Columns } from "./columns.ts";
import type { Sources } from "./gram.ts";
import { overWorkingSet, type Row, shrunk } from "./working-set.ts";

const TOLERANCE = 3e-3;
const MOST_SWEEPS = 100;

/** An output feature in units of its root mean square, and room for what is predicted of it. */
export type Target = { y: Float32Array; u: Float64Array; residual: Float64Array };

export function targetOf(n: number): Target {
  return { y: new Float32Array(n), u: new Float64Array(n), residual: new Float64Array(n) };
}

export function setTarget({ y }: Target, of: Columns, f: number, rms: number): void {
  y.fill(0);
  for (let o = of.starts[f]; o < of.starts[f + 1]; o++) y[of.rows[o]] = of.values[o] / rms;
}

/**
 * min E[ℓ(y, u)] + l1 Σ|wᵢ| with u = Σ wᵢ xᵢ + b, all in units of their root mean squares, where ℓ is the
 * squared error ½(y − ReLU(u))² at tokens on which y is silent, and ½(y − u)² at those on which it is active:
 * equal to that of ReLU where u ≥ 0, and above it elsewhere. So the problem is convex and has one minimum,
 * where that of ReLU itself leaves a weight that starts on the wrong side there. Coordinate descent with
 * Newton steps; one that does not lower the objective is taken again with the curvature's bound, which does.
 */
export function rectifiedRow(
  sources: Sources,
  target: Target,
  l1: number,
  start: Row & { bias: number },
  hasBias: boolean,
): Row & { bias: number } {
  const { y, u, residual } = target;
  const n = y.length;
  const { acts, columns, rms } = sources;
  let bias = start.bias;

  const predict = ({ sources, weights }: Row) => {
    u.fill(bias);
    sources.forEach((i, p) => {
      if (weights[p] !== 0) addColumn(u, columns, i, weights[p] / rms[i]);
    });
  };
  const gradient = () => {
    const slope = new Float64Array(sources.d);
    for (let t = 0; t < n; t++) {
      residual[t] = residualOf(y[t], u[t]);
      if (residual[t] === 0) continue;
      for (let o = acts.offsets[t]; o < acts.offsets[t + 1]; o++)
        slope[acts.features[o]] += residual[t] * acts.values[o];
    }
    for (let i = 0; i < slope.length; i++) slope[i] = rms[i] > 0 ? slope[i] / (n * rms[i]) : 0;
    return slope;
  };
  predict(start);
  const row = overWorkingSet(l1, start, gradient, ({ sources, weights }) => {
    let isWhole = true;
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let largest = 0;
      for (let p = 0; p < sources.length; p++) {
        if (!isWhole && weights[p] === 0) continue;
        const step = stepAlong(target, columns, sources[p], rms[sources[p]], weights[p], l1);
        weights[p] += step;
        largest = Math.max(largest, Math.abs(step));
      }
      if (hasBias) {
        const step = biasStep(target);
        bias += step;
        largest = Math.max(largest, Math.abs(step));
      }
      if (isWhole && largest < TOLERANCE) break;
      isWhole = largest < TOLERANCE; // weights at 0 mostly stay there: they are looked at again at the end
    }
  });
  return { ...row, bias };
}

/** −∂ℓ/∂u */
function residualOf(y: number, u: number): number {
  return y > 0 ? y - u : u > 0 ? -u : 0;
}

/** Moves u along a source, and answers by how much of its weight. */
function stepAlong(
  { y, u }: Target,
  columns: Columns,
  i: number,
  scale: number,
  weight: number,
  l1: number,
): number {
  const { starts, rows, values } = columns;
  const n = y.length;
  let [slope, curvature, loss] = [0, 0, 0];
  for (let o = starts[i]; o < starts[i + 1]; o++) {
    const t = rows[o];
    if (y[t] === 0 && u[t] <= 0) continue;
    const r = y[t] - u[t];
    slope += values[o] * r;
    curvature += values[o] * values[o];
    loss += r * r;
  }
  slope /= n * scale;
  curvature /= n * scale * scale;
  const objective = (w: number, squares: number) => squares / (2 * n) + l1 * Math.abs(w);
  const before = objective(weight, loss);
  for (const bound of [Math.max(curvature, 1e-3), 1]) {
    const step = shrunk(weight + slope / bound, l1 / bound) - weight;
    if (Math.abs(step) < TOLERANCE / 10) return 0;
    let squares = 0;
    const along = step / scale;
    for (let o = starts[i]; o < starts[i + 1]; o++) {
      const t = rows[o];
      u[t] += along * values[o];
      if (y[t] === 0 && u[t] <= 0) continue;
      const r = y[t] - u[t];
      squares += r * r;
    }
    if (bound === 1 || objective(weight + step, squares) <= before) return step;
    addColumn(u, columns, i, -along);
  }
  return 0;
}

/** The same along the constant, which nothing penalises. */
function biasStep({ y, u }: Target): number {
  let slope = 0;
  for (let t = 0; t < y.length; t++) slope += residualOf(y[t], u[t]);
  const step = slope / y.length; // the curvature is at most 1
  for (let t = 0; t < y.length; t++) u[t] += step;
  return step;
}

/** u += weight · column i */
export function addColumn(
  u: Float64Array,
  { starts, rows, values }: Columns,
  i: number,
  weight: number,
): void {
  for (let o = starts[i]; o < starts[i + 1]; o++) u[rows[o]] += weight * values[o];
}
