import { createEncoder, type Encoder, type EncoderOptions } from "../sae/encoder.ts";
import type { Sae } from "../sae/sae.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";

/** A feature that one dictionary has active at a row and the other has not. */
export type Moved = { row: number; feature: number; was_active: boolean };

/** Where the active features of the same rows differ. */
export function movedFeatures(before: SparseActs, after: SparseActs): Moved[] {
  const moved: Moved[] = [];
  for (let row = 0; row < before.n; row++) {
    let o = before.offsets[row];
    let p = after.offsets[row];
    while (o < before.offsets[row + 1] || p < after.offsets[row + 1]) {
      const f = o < before.offsets[row + 1] ? before.features[o] : Infinity;
      const g = p < after.offsets[row + 1] ? after.features[p] : Infinity;
      if (f < g) moved.push({ row, feature: f, was_active: true });
      if (g < f) moved.push({ row, feature: g, was_active: false });
      if (f <= g) o++;
      if (g <= f) p++;
    }
  }
  return moved;
}

/** A moved feature with its row of x, [1, d_in]. */
type MovedAt = Moved & { x: Tensor };

type Machine = Omit<EncoderOptions, "max_rows">;
type Batches = () => AsyncIterable<Tensor>;

/** Rows that are encoded at a time. */
const MAX_ROWS = 4096;

/** How often pre-activations that were rounded to the other side are moved back. */
const ROUNDS = 6;

/**
 * The dictionary `after`, once the same of its features are active as of `before` at every row of x. Where
 * it may be `settled`, b_enc of those that rounding moved is changed by as little; else, and where
 * that does not help, an error.
 */
export async function withActiveSetsOf(
  before: Sae,
  after: Sae,
  batches: Batches,
  { may_settle, ...machine }: Machine & { may_settle: boolean },
): Promise<{ sae: Sae; tokens: number; settled_features: number }> {
  const features = new Set<number>();
  const encoder = await createEncoder(before, { ...machine, max_rows: MAX_ROWS });
  let sae = after;
  try {
    for (let round = 0; ; round++) {
      const { tokens, moved } = await compareActiveSets(encoder, sae, batches, machine);
      if (moved.length === 0) return { sae, tokens, settled_features: features.size };
      if (!may_settle || round === ROUNDS)
        throw new Error(
          `${moved.length} of the active features at ${tokens} held-out tokens are others than before, the first of them feature ${moved[0].feature}: the encoder was to stay as it is`,
        );
      for (const { feature } of moved) features.add(feature);
      sae = settled(sae, moved, 2 ** (round + 1));
    }
  } finally {
    await encoder.dispose();
  }
}

async function compareActiveSets(
  before: Encoder,
  sae: Sae,
  batches: Batches,
  machine: Machine,
): Promise<{ tokens: number; moved: MovedAt[] }> {
  const after = await createEncoder(sae, { ...machine, max_rows: MAX_ROWS });
  let tokens = 0;
  const moved: MovedAt[] = [];
  try {
    for await (const x of batches()) {
      for (const one of movedFeatures(before.encode(x), after.encode(x)))
        moved.push({ ...one, x: rows(x, one.row, one.row + 1) });
      tokens += x.shape[0];
    }
  } finally {
    await after.dispose();
  }
  return { tokens, moved };
}

/** Half of the distance from 1 to the next float32. */
const ROUNDING = 2 ** -24;

/**
 * Moves b_enc of the features whose pre-activations lie so near to their thresholds that another rounding
 * changed sides, by what sums of this size are rounded by, times `times`, towards where they were.
 */
function settled(sae: Sae, moved: MovedAt[], times: number): Sae {
  const b_enc = { ...sae.b_enc, data: sae.b_enc.data.slice() };
  const b_mag = sae.b_mag && { ...sae.b_mag, data: sae.b_mag.data.slice() };
  for (const [f, { shift, was_active }] of shifts(sae, moved)) {
    const by = (was_active ? 1 : -1) * times * shift;
    b_enc.data[f] += by;
    if (b_mag && sae.r_mag) b_mag.data[f] += Math.exp(sae.r_mag.data[f]) * by;
  }
  return { ...sae, b_enc, ...(b_mag && { b_mag }) };
}

/** The largest rounding error of each moved feature, and the way it has to go; no way at all is an error. */
function shifts(sae: Sae, moved: MovedAt[]) {
  const found = new Map<number, { shift: number; was_active: boolean }>();
  for (const { feature: f, was_active, x } of moved) {
    const before = found.get(f);
    if (before && before.was_active !== was_active)
      throw new Error(`feature ${f} is active at one token too many and at one too few`);
    found.set(f, { shift: Math.max(before?.shift ?? 0, roundingOf(sae, f, x.data)), was_active });
  }
  return found;
}

/** What one rounding of the pre-activation of feature f at x [d_in] is at most: sums of its terms' size are rounded by it. */
export function roundingOf(
  { config, W_enc, b_enc, b_dec }: Sae,
  f: number,
  x: Float32Array,
): number {
  const { d_in, d_sae } = config;
  let size = Math.abs(b_enc.data[f]);
  for (let j = 0; j < d_in; j++)
    size += Math.abs((x[j] - b_dec.data[j]) * W_enc.data[j * d_sae + f]);
  return ROUNDING * size;
}
