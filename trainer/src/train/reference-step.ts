import type { SaeConfig } from "../sae/config.ts";
import { lossAndGrads } from "../sae/loss.ts";
import { type Weights, weightNames } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { ADAM_EPSILON, type StepOptions, type StepResult, type StepState } from "./step.ts";

type Options = { adam_beta1: number; adam_beta2: number; clip_grad_norm: number };

/** The training step in plain loops: what the kernel is checked against. Changes `state` in place. */
export function referenceStep(
  config: SaeConfig,
  state: StepState,
  x: Tensor,
  { adam_beta1, adam_beta2, clip_grad_norm }: Options,
  { lr, ...options }: StepOptions,
): StepResult {
  const { weights } = state;
  const { grads, acts, ...loss } = lossAndGrads({ config, ...weights }, x, options);
  removeRadialPart(grads.W_dec, weights.W_dec);
  const grad_norm = norm(weightNames.flatMap((name) => [...grads[name].data]));
  const scale = clip_grad_norm > 0 ? Math.min(1, clip_grad_norm / grad_norm) : 1;

  state.step++;
  const correction1 = 1 - adam_beta1 ** state.step;
  const correction2 = 1 - adam_beta2 ** state.step;
  for (const name of weightNames) {
    const [w, m, v, g] = [weights, state.mean, state.square, grads].map((of) => of[name].data);
    for (let i = 0; i < w.length; i++) {
      const gradient = scale * g[i];
      m[i] = adam_beta1 * m[i] + (1 - adam_beta1) * gradient;
      v[i] = adam_beta2 * v[i] + (1 - adam_beta2) * gradient ** 2;
      w[i] -= (lr * (m[i] / correction1)) / (Math.sqrt(v[i] / correction2) + ADAM_EPSILON);
    }
  }
  normalizeRows(weights.W_dec);

  const [n, d_sae] = acts.shape;
  const fired = new Int32Array(d_sae);
  for (let at = 0; at < acts.data.length; at++) if (acts.data[at] > 0) fired[at % d_sae]++;
  return { ...loss, l0: fired.reduce((sum, rows) => sum + rows, 0) / n, grad_norm, fired };
}

/** Rows of W_dec, to norm 1. */
export function normalizeRows(W: Weights["W_dec"]): void {
  const [rows, d] = W.shape;
  for (let r = 0; r < rows; r++) {
    const row = W.data.subarray(r * d, (r + 1) * d);
    const length = norm([...row]);
    for (let j = 0; j < d; j++) row[j] /= length;
  }
}

/** G ← G − (G · w) w for each row w of norm 1 */
function removeRadialPart(G: Tensor, W: Tensor): void {
  const [rows, d] = W.shape;
  for (let r = 0; r < rows; r++) {
    const [g, w] = [G, W].map(({ data }) => data.subarray(r * d, (r + 1) * d));
    const along = g.reduce((sum, value, j) => sum + value * w[j], 0);
    for (let j = 0; j < d; j++) g[j] -= along * w[j];
  }
}

function norm(v: number[]): number {
  return Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
}
