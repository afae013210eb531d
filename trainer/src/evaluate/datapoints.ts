import type { DatapointOrigin, DatapointRecord } from "../bundle/index.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DatapointsConfig } from "./config.ts";
import { Foremost } from "./foremost.ts";
import { compareRow } from "./reconstruction.ts";
import { Reservoir } from "./reservoir.ts";

/** A token position with all that is known of it, and why it was kept. */
export type Datapoint = DatapointRecord & {
  origin: DatapointOrigin;
  /** its active features, ascending */
  features: Int32Array;
  activations: Float32Array;
};

/** Losses at every position of every measured context, counted or not, [n_contexts, context_size − 1]. */
export type ContextLosses = {
  context_size: number;
  ce_clean: Float32Array;
  ce_sae: Float32Array;
};

export type Collected = {
  /** in order of context and position, each once */
  datapoints: Datapoint[];
  /** the CE-diff of every position that was measured, in order */
  ce_diffs: Float32Array;
  losses: ContextLosses;
};

/** Some whole contexts that have been measured. */
export type DatapointBatch = {
  /** its first context */
  first: number;
  /** 1 where a position counts [contexts · context_size] */
  mask: Uint8Array;
  /** x or y, and x̂, at the counted positions */
  counted: Tensor;
  xHat: Tensor;
  acts: SparseActs;
  /** [contexts, context_size − 1] */
  ce_clean: Float32Array;
  ce_sae: Float32Array;
};

type Sizes = { n_contexts: number; context_size: number; seed: number };

/**
 * Keeps, in one pass over all positions, a uniform sample of them, the worst and the best by CE-diff, and
 * all of the contexts in which the very worst and best lie. What is held is bounded by what is kept in the
 * end and the losses of all positions: features are copied for those that are kept alone.
 */
export class Datapoints {
  #config: DatapointsConfig;
  #context_size: number;
  #sample: Reservoir<Kept>;
  #worst: Foremost<Kept>;
  #best: Foremost<Kept>;
  /** whole contexts, by the largest and by the lowest CE-diff in them */
  #worstContexts: Foremost<Kept[]>;
  #bestContexts: Foremost<Kept[]>;
  #losses: ContextLosses;
  #ce_diffs: Float32Array;
  #measured = 0;

  constructor(config: DatapointsConfig, { n_contexts, context_size, seed }: Sizes) {
    const { datapoints, worst_fraction, best_datapoints, shown_contexts } = config;
    const most = n_contexts * (context_size - 1);
    this.#config = config;
    this.#context_size = context_size;
    this.#sample = new Reservoir(datapoints, new Random(seed, "datapoints"));
    this.#worst = new Foremost(Math.ceil(worst_fraction * most));
    this.#best = new Foremost(best_datapoints);
    this.#worstContexts = new Foremost(shown_contexts);
    this.#bestContexts = new Foremost(shown_contexts);
    this.#ce_diffs = new Float32Array(most);
    this.#losses = {
      context_size,
      ce_clean: new Float32Array(most),
      ce_sae: new Float32Array(most),
    };
  }

  /** Contexts are added in order, each once. */
  add(batch: DatapointBatch): void {
    const size = this.#context_size;
    this.#losses.ce_clean.set(batch.ce_clean, batch.first * (size - 1));
    this.#losses.ce_sae.set(batch.ce_sae, batch.first * (size - 1));
    let context: Position[] = [];
    for (const at of lossPositions(batch.mask, size)) {
      if (context.length > 0 && context[0].context !== at.context) {
        this.#addContext(batch, context);
        context = [];
      }
      context.push(at);
    }
    if (context.length > 0) this.#addContext(batch, context);
  }

  #addContext(batch: DatapointBatch, positions: Position[]): void {
    const made = new Map<number, Kept>();
    const keep = (at: Position) => {
      const kept = made.get(at.row) ?? keptAt(batch, at, this.#context_size);
      made.set(at.row, kept);
      return kept;
    };
    let [lowest, largest] = [Infinity, -Infinity];
    for (const at of positions) {
      const place = at.context * (this.#context_size - 1) + at.position;
      const ce_diff = batch.ce_sae[place] - batch.ce_clean[place];
      this.#ce_diffs[this.#measured++] = ce_diff;
      lowest = Math.min(lowest, ce_diff);
      largest = Math.max(largest, ce_diff);
      this.#sample.offer(() => keep(at));
      this.#worst.offer(ce_diff, () => keep(at));
      this.#best.offer(-ce_diff, () => keep(at));
    }
    this.#worstContexts.offer(largest, () => positions.map(keep));
    this.#bestContexts.offer(-lowest, () => positions.map(keep));
  }

  finish(): Collected {
    const worst = Math.ceil(this.#config.worst_fraction * this.#measured);
    const byOrigin: [DatapointOrigin, Kept[]][] = [
      ["sample", this.#sample.items],
      ["worst", this.#worst.ranked.slice(0, worst)],
      ["best", this.#best.ranked],
      ["context", [...this.#worstContexts.ranked, ...this.#bestContexts.ranked].flat()],
    ];
    // a position is there once, for the first reason: the sample stays a uniform one
    const found = new Map<number, Datapoint>();
    for (const [origin, kept] of byOrigin)
      for (const one of kept) {
        const place = one.context * this.#context_size + one.position;
        if (!found.has(place)) found.set(place, { ...one, origin });
      }
    return {
      datapoints: [...found.entries()].sort(([a], [b]) => a - b).map(([, one]) => one),
      ce_diffs: this.#ce_diffs.slice(0, this.#measured),
      losses: this.#losses,
    };
  }
}

type Kept = Omit<Datapoint, "origin">;

/** A counted position that has a next token. */
export type Position = {
  /** its place among all counted positions of the batch */
  row: number;
  /** counted from the batch's first */
  context: number;
  position: number;
};

/** The counted positions that have a next token. */
export function* lossPositions(mask: Uint8Array, context_size: number): Generator<Position> {
  for (let i = 0, row = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const position = i % context_size;
    if (position < context_size - 1) yield { row, context: Math.floor(i / context_size), position };
    row++;
  }
}

function keptAt(batch: DatapointBatch, { row, context, position }: Position, size: number): Kept {
  const { first, counted, xHat, acts, ce_clean, ce_sae } = batch;
  const place = context * (size - 1) + position;
  const { squared_error, norm_x, norm_x_hat } = compareRow(counted, xHat, row);
  const [from, to] = [acts.offsets[row], acts.offsets[row + 1]];
  return {
    context: first + context,
    position,
    ce_clean: ce_clean[place],
    ce_sae: ce_sae[place],
    ce_diff: ce_sae[place] - ce_clean[place],
    squared_error,
    norm_x,
    norm_x_hat,
    l0: to - from,
    umap_x: null,
    umap_y: null,
    features: acts.features.slice(from, to),
    activations: acts.values.slice(from, to),
  };
}
