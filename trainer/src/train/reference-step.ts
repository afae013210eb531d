import type { SaeConfig } from "../sae/config.ts";
import { lossAndGrads } from "../sae/loss.ts";
import { decode, encode } from "../sae/sae.ts";
import { type WeightName, weight, weightNames } from "../sae/weights.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  ADAM_EPSILON,
  type StepOptions,
  type StepResult,
  type StepSettings,
  type StepState,
} from "./training-step.ts";

/** The training step in plain loops: what the kernel is checked against. Changes `state` in place. */
export function referenceStep(
  config: SaeConfig,
  state: StepState,
  x: Tensor,
  y: Tensor | null,
  settings: StepSettings,
  { lr, ...options }: StepOptions,
): StepResult {
  const { clip_grad_norm, decoder_norm } = settings;
  const { weights } = state;
  const names = weightNames(config);
  const sae = { config, ...weights };
  const { grads, acts, ...loss } = lossAndGrads(sae, x, y, { ...settings, ...options });
  if (decoder_norm === "unit") removeRadialPart(grads.W_dec, weights.W_dec);
  const grad_norm = norm(names.flatMap((name) => [...weight(grads, name).data]));
  const scale = clip_grad_norm > 0 ? Math.min(1, clip_grad_norm / grad_norm) : 1;

  state.step++;
  for (const name of names) {
    const by = adamStep(state, name, weight(grads, name), scale, settings);
    const { data } = weight(weights, name);
    // Adam moves the logarithm of a threshold
    for (let i = 0; i < data.length; i++)
      data[i] = name === "threshold" ? data[i] * Math.exp(-lr * by[i]) : data[i] - lr * by[i];
  }
  if (decoder_norm === "unit") normalizeRows(weights.W_dec);

  const fired = new Int32Array(config.d_sae);
  for (let at = 0; at < acts.data.length; at++) if (acts.data[at] > 0) fired[at % config.d_sae]++;
  return { ...loss, grad_norm, fired };
}

/** What `TrainingStep.reconstruct` gives. */
export function referenceReconstruct(config: SaeConfig, { weights }: StepState, x: Tensor) {
  const sae = { config, ...weights };
  const acts = encode(sae, x);
  const active = acts.data.reduce((sum, act) => sum + (act > 0 ? 1 : 0), 0);
  return { x_hat: decode(sae, acts, x), l0: active / x.shape[0] };
}

/** m̂ / (√v̂ + ε) of one weight, whose moments it moves on. */
function adamStep(
  { step, mean, square }: StepState,
  name: WeightName,
  { data: g }: Tensor,
  scale: number,
  { adam_beta1, adam_beta2 }: StepSettings,
): Float64Array {
  const [m, v] = [weight(mean, name).data, weight(square, name).data];
  const correction1 = 1 - adam_beta1 ** step;
  const correction2 = 1 - adam_beta2 ** step;
  return Float64Array.from(g, (raw, i) => {
    const gradient = scale * raw;
    m[i] = adam_beta1 * m[i] + (1 - adam_beta1) * gradient;
    v[i] = adam_beta2 * v[i] + (1 - adam_beta2) * gradient ** 2;
    return m[i] / correction1 / (Math.sqrt(v[i] / correction2) + ADAM_EPSILON);
  });
}

/** Rows of W_dec, to norm 1. */
export function normalizeRows(W: Tensor): void {
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
