import { z } from "zod";
import { type Sections, UsageError } from "../bundle/index.ts";
import { keepActs, type SparseActs } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import { estimated, resamples } from "./bootstrap.ts";
import { figuresOf, type Spliced, type Subject, type VariantSums } from "./spliced.ts";

export const removeLowestConfig = z.object({
  k: z
    .array(z.int().positive())
    .nullable()
    .default(null)
    .transform((counts) => counts && ascending(counts))
    .describe(
      "active features to remove from each token; null: 1, 2, 4, 8 … up to all but one of the token that has most",
    ),
  mass: z
    .array(z.number().gt(0).lt(1))
    .default([0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    .transform(ascending)
    .describe("share of each token's activation mass to remove, from the lowest on"),
  eval_tokens: z
    .int()
    .positive()
    .nullable()
    .default(100_000)
    .describe("held-out tokens to measure on; null: all of them"),
  resamples: z.int().positive().max(10_000).default(1000).describe("bootstrap resamples"),
  seed: z.int().nonnegative().default(0).describe("of the random removals and of the resamples"),
});

type Config = z.output<typeof removeLowestConfig>;
type Section = NonNullable<Sections["remove_lowest"]>;

/** Numbers of features to remove, from 0 on; one that no token can spare is refused. */
export function removedCounts({ k }: Pick<Config, "k">, largest_l0: number): number[] {
  const most = Math.max(0, largest_l0 - 1);
  if (k === null) {
    const powers = Array.from({ length: 32 }, (_, i) => 2 ** i).filter((power) => power < most);
    return [0, ...powers, ...(most > 0 ? [most] : [])];
  }
  const tooMany = k.find((count) => count > most);
  if (tooMany !== undefined)
    throw new UsageError(
      `--k ${tooMany}: no token has more than ${largest_l0} active features, of which one stays (expected at most ${most})`,
    );
  return [0, ...k];
}

/** Most active features of any row. */
export function largestL0({ n, offsets }: SparseActs): number {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, offsets[i + 1] - offsets[i]);
  return largest;
}

/** Ways of removing, in the order of `removals`. */
export const orders = ["lowest", "random", "highest"] as const;

/** The variants that are measured: nothing removed; k of each order; shares of the mass. */
export function removals(
  counts: number[],
  { mass, seed }: Pick<Config, "mass" | "seed">,
  decoder_norms: Float32Array,
): Subject["variants"] {
  return function* (acts, places) {
    const { size, lowest, random, upTo } = ranked(acts, places, decoder_norms, seed);
    yield acts;
    const removed = (k: number, o: number) => Math.min(k, size[o] - 1);
    for (const k of counts.slice(1)) {
      yield keepActs(acts, (o) => lowest[o] >= removed(k, o));
      yield keepActs(acts, (o) => random[o] >= removed(k, o));
      yield keepActs(acts, (o) => lowest[o] < size[o] - removed(k, o));
    }
    for (const share of mass) yield keepActs(acts, (o) => upTo[o] > share);
  };
}

/** Of each activation [nnz] what decides whether it stays. */
function ranked(
  { n, offsets, features, values }: SparseActs,
  places: Int32Array,
  decoder_norms: Float32Array,
  seed: number,
) {
  const nnz = values.length;
  /** active features of its row */
  const size = new Int32Array(nnz);
  /** place among them by a_f · ‖d_f‖, 0 the lowest, and in random order */
  const lowest = new Int32Array(nnz);
  const random = new Int32Array(nnz);
  /** share of its row's Σ a_f · ‖d_f‖ that it holds together with all below it */
  const upTo = new Float64Array(nnz);
  const massOf = (o: number) => values[o] * decoder_norms[features[o]];
  for (let i = 0; i < n; i++) {
    const [from, to] = [offsets[i], offsets[i + 1]];
    const order = Int32Array.from({ length: to - from }, (_, j) => from + j);
    // seeded by the place, so that nothing depends on how the text is cut into batches
    const shuffled = new Random(seed, "remove", places[i]).shuffle(order.slice());
    order.sort((a, b) => massOf(a) - massOf(b));
    const total = order.reduce((sum, o) => sum + massOf(o), 0);
    let sum = 0;
    for (let rank = 0; rank < order.length; rank++) {
      sum += massOf(order[rank]);
      lowest[order[rank]] = rank;
      random[shuffled[rank]] = rank;
      upTo[order[rank]] = sum / total;
    }
    size.fill(to - from, from, to);
  }
  return { size, lowest, random, upTo };
}

/** The section's curves, of what `removals` measured. */
export function removalCurves(
  counts: number[],
  config: Pick<Config, "mass" | "resamples" | "seed">,
  spliced: Spliced,
): Pick<Section, "contexts" | "ce_clean" | "best" | "helps" | "mass" | (typeof orders)[number]> {
  const [none, ...rest] = spliced.subjects[0];
  const contexts = none.ce.length;
  const drawn = resamples(contexts, config.resamples, new Random(config.seed, "resamples"));
  const point = (sums: VariantSums) => {
    const estimate = (figure: (weights: Uint32Array) => number) =>
      estimated(contexts, drawn, figure);
    const { l0, fvu } = figuresOf(spliced, sums);
    return {
      l0,
      fvu,
      ce_diff: estimate((weights) => figuresOf(spliced, sums, weights).ce_diff),
      against_none: estimate(
        (weights) => figuresOf(spliced, sums, weights).ce - figuresOf(spliced, none, weights).ce,
      ),
      mse: estimate((weights) => figuresOf(spliced, sums, weights).mse),
    };
  };
  const start = point(none);
  const curve = (order: number) => [
    { k: 0, ...start },
    ...counts.slice(1).map((k, i) => ({ k, ...point(rest[i * orders.length + order]) })),
  ];
  const ofMass = rest.slice((counts.length - 1) * orders.length);
  const [lowest, random, highest] = orders.map((_, order) => curve(order));
  const mass = [
    { share: 0, ...start },
    ...config.mass.map((share, i) => ({ share, ...point(ofMass[i]) })),
  ];
  const helps = (points: { against_none: { high: number } }[]) =>
    points.some(({ against_none }) => against_none.high < 0);
  return {
    contexts,
    ce_clean: figuresOf(spliced, none).ce_clean,
    lowest,
    random,
    highest,
    mass,
    best: { k: bestOf(lowest).k, share: bestOf(mass).share },
    helps: { k: helps(lowest), share: helps(mass) },
  };
}

function bestOf<T extends { ce_diff: { value: number } }>(points: T[]): T {
  return points.reduce((best, one) => (one.ce_diff.value < best.ce_diff.value ? one : best));
}

function ascending(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
