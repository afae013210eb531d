import type { Batch } from "../activations/source.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Training } from "./loop.ts";
import type { StepState } from "./training-step.ts";

/** A new feature's encoder, relative to the mean norm of those of live features. */
const ENCODER_SHARE = 0.2;

/**
 * Gives each dead feature a new start (Bricken et al. 2023, "Neuron resampling"): a row of the batch is
 * drawn with a chance proportional to its squared loss; its direction becomes the feature's decoder row
 * and, at a fifth of the usual norm, its encoder; biases and Adam's moments go back to 0.
 */
export function resampleDead(training: Training, batch: Batch, step: number): void {
  const { kernel, dead, settings } = training;
  const features = [...dead.mask.keys()].filter((f) => dead.mask[f]);
  if (features.length === 0) return;
  const { x_hat } = kernel.reconstruct(batch.x);
  const chances = squaredLosses(batch.y ?? batch.x, x_hat);
  const random = new Random(settings.seed, "resample", step);
  const state = kernel.state();
  const length = ENCODER_SHARE * meanEncoderNorm(state, dead.mask);
  for (const f of features) {
    const row = draw(chances, random);
    const { transcoder } = training.sae;
    writeFeature(state, f, {
      encoder: direction(batch.x, row, transcoder ? null : state.weights.b_dec, length),
      decoder: direction(batch.y ?? batch.x, row, state.weights.b_dec, 1),
      threshold: settings.jumprelu_init_threshold,
    });
    dead.tokens_since_fired[f] = 0;
  }
  kernel.load(state);
}

/** [n] ‖y − ŷ‖⁴: the square of each row's loss */
function squaredLosses(target: Tensor, x_hat: Tensor): Float64Array {
  const [n, d] = target.shape;
  return Float64Array.from({ length: n }, (_, i) => {
    let loss = 0;
    for (let at = i * d; at < (i + 1) * d; at++) loss += (target.data[at] - x_hat.data[at]) ** 2;
    return loss ** 2;
  });
}

/** An index, each with a chance proportional to its number. */
function draw(chances: Float64Array, random: Random): number {
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  let left = random.next() * total;
  for (const [i, chance] of chances.entries()) {
    left -= chance;
    if (left < 0) return i;
  }
  return 0;
}

/** Row i minus the centre, brought to a length. */
function direction(x: Tensor, i: number, centre: Tensor | null, length: number): Float64Array {
  const d = x.shape[1];
  const row = Float64Array.from(
    { length: d },
    (_, j) => x.data[i * d + j] - (centre?.data[j] ?? 0),
  );
  const norm = Math.hypot(...row) || 1;
  return row.map((value) => (length * value) / norm);
}

function meanEncoderNorm({ weights: { W_enc } }: StepState, dead: Uint8Array): number {
  const [d_in, d_sae] = W_enc.shape;
  const squares = new Float64Array(d_sae);
  for (let j = 0; j < d_in; j++)
    for (let f = 0; f < d_sae; f++) squares[f] += W_enc.data[j * d_sae + f] ** 2;
  const alive = squares.filter((_, f) => !dead[f]);
  return alive.length === 0
    ? 1
    : alive.reduce((sum, square) => sum + Math.sqrt(square), 0) / alive.length;
}

type NewFeature = { encoder: Float64Array; decoder: Float64Array; threshold: number };

function writeFeature({ weights, mean, square }: StepState, f: number, made: NewFeature): void {
  const { encoder, decoder, threshold } = made;
  const [d_in, d_sae] = weights.W_enc.shape;
  const d_out = decoder.length;
  for (const group of [weights, mean, square]) {
    const isWeights = group === weights;
    for (let j = 0; j < d_in; j++) group.W_enc.data[j * d_sae + f] = isWeights ? encoder[j] : 0;
    for (let j = 0; j < d_out; j++) group.W_dec.data[f * d_out + j] = isWeights ? decoder[j] : 0;
    group.b_enc.data[f] = 0;
    for (const name of ["r_mag", "b_mag"] as const) {
      const of = group[name];
      if (of) of.data[f] = 0;
    }
    if (group.threshold) group.threshold.data[f] = isWeights ? threshold : 0;
  }
}
