import type { Encoder } from "../sae/encoder.ts";
import type { Sae } from "../sae/sae.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";
import { movedFeatures, roundingOf } from "./active-sets.ts";

/** Of ‖x‖; what was measured is some 100 times smaller. */
const TOLERANCE = 1e-4;

/** A pre-activation may be this many roundings from its threshold and still be taken for on it. */
const ROUNDINGS = 64;

type Coding = Pick<Encoder, "encode" | "decode">;

/** Compares a dictionary with the sum of the stages that it holds, batch after batch of x. */
export class StageSum {
  tokens = 0;
  /** largest ‖x̂ − Σ x̂_s‖ / ‖x‖ where the same features are active */
  largest_difference = 0;
  /** features active in one of them alone, within rounding of their thresholds */
  moved = 0;
  readonly #whole: Sae & { encoder: Coding };
  readonly #stages: { d_sae: number; encoder: Coding }[];

  constructor(whole: Sae & { encoder: Coding }, stages: { d_sae: number; encoder: Coding }[]) {
    this.#whole = whole;
    this.#stages = stages;
  }

  /** More than rounding is an error. */
  add(x: Tensor): void {
    const { encoder } = this.#whole;
    const coded = this.#stages.map(({ encoder }) => encoder.encode(x));
    const acts = encoder.encode(x);
    const beside = sideBySide(coded, this.#stages);
    const moved = movedFeatures(beside, acts);
    for (const { row, feature, was_active } of moved)
      this.#refuseFar(x, row, feature, valueAt(was_active ? beside : acts, row, feature));
    const sum = encoder.decode(acts, x);
    for (const [s, { encoder }] of this.#stages.entries())
      for (const [at, value] of encoder.decode(coded[s], x).data.entries()) sum.data[at] -= value;
    const others = new Set(moved.map(({ row }) => row));
    for (let i = 0; i < acts.n; i++) {
      if (others.has(i)) continue;
      const off = norm(rows(sum, i, i + 1)) / norm(rows(x, i, i + 1));
      this.largest_difference = Math.max(this.largest_difference, off);
    }
    this.moved += moved.length;
    this.tokens += acts.n;
    if (this.largest_difference > TOLERANCE)
      throw new Error(
        `one encoder pass gives another x̂ than the stages do: ${this.largest_difference} of ‖x‖ (expected at most ${TOLERANCE})`,
      );
  }

  #refuseFar(x: Tensor, row: number, feature: number, act: number): void {
    const least = this.#whole.threshold?.data[feature] ?? 0;
    const far = ROUNDINGS * roundingOf(this.#whole, feature, rows(x, row, row + 1).data);
    if (act - least > far)
      throw new Error(
        `feature ${feature} is active in one encoder pass or in its stage, but not in both: ${act} (threshold ${least})`,
      );
  }
}

/** The stages' activations as those of one dictionary that holds their features one after the other. */
function sideBySide(coded: SparseActs[], stages: { d_sae: number }[]): SparseActs {
  const n = coded[0].n;
  const nnz = coded.reduce((sum, { values }) => sum + values.length, 0);
  const offsets = new Int32Array(n + 1);
  const features = new Int32Array(nnz);
  const values = new Float32Array(nnz);
  let to = 0;
  for (let i = 0; i < n; i++) {
    let first = 0;
    for (const [s, acts] of coded.entries()) {
      for (let o = acts.offsets[i]; o < acts.offsets[i + 1]; o++) {
        features[to] = first + acts.features[o];
        values[to++] = acts.values[o];
      }
      first += stages[s].d_sae;
    }
    offsets[i + 1] = to;
  }
  return { n, offsets, features, values };
}

function valueAt({ offsets, features, values }: SparseActs, row: number, feature: number): number {
  return values[features.indexOf(feature, offsets[row])];
}

function norm({ data }: Tensor): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
}
