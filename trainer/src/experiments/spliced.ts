import { countedPositions, countedRows } from "../activations/policy.ts";
import type { Report } from "../bundle/index.ts";
import { lossPositions } from "../evaluate/datapoints.ts";
import { activationsAt, type MeasureInput } from "../evaluate/measure.ts";
import { compareRow } from "../evaluate/reconstruction.ts";
import { splicedRows } from "../evaluate/spliced-rows.ts";
import type { Model } from "../model/model.ts";
import type { Encoder } from "../sae/encoder.ts";
import { Fvu } from "../sae/fvu.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

/** A dictionary, and the variants of its activations that are measured. */
export type Subject = {
  encoder: Pick<Encoder, "encode" | "decode">;
  /**
   * What x̂ is made of, as many variants for every batch. `places` are context · context_size + position
   * of the rows of `acts`, contexts counted as in the token file.
   */
  variants(acts: SparseActs, places: Int32Array): Iterable<SparseActs>;
};

export type SpliceInput = Omit<MeasureInput, "model"> & {
  model: Pick<Model, "activations" | "hooks" | "splice">;
  report?: Report;
};

/** Of one variant, sums over the counted positions of each context [n_contexts]. */
export type VariantSums = {
  /** next-token cross-entropy with x̂ spliced in, over those with a next token */
  ce: Float64Array;
  /** ‖x − x̂‖² */
  squared_error: Float64Array;
  /** active features */
  active: Float64Array;
};

/** What is spliced in, measured context by context, since tokens of one context are not independent. */
export type Spliced = {
  /** counted positions of each context, and those of them with a next token [n_contexts] */
  counted: Float64Array;
  with_next: Float64Array;
  /** sums of cross-entropies with x and with zeros in the hook's place [n_contexts] */
  ce_clean: Float64Array;
  ce_zero: Float64Array;
  /** Σ‖x − x̄‖² over all counted positions, and the width of x */
  variance: number;
  width: number;
  /** of each subject each variant */
  subjects: VariantSums[][];
};

/**
 * Runs the model up to the hook once, and from the hook on with x, with zeros and with each variant's x̂ at
 * every counted position. Of a transcoder x is its target.
 */
export async function measureSpliced(input: SpliceInput, subjects: Subject[]): Promise<Spliced> {
  const { model, tokens, n_contexts, policy, signal, report } = input;
  const target = input.hook_name_out ?? input.hook_name;
  const { context_size } = tokens;
  const size = input.batch_contexts ?? Math.max(1, Math.floor(BATCH_TOKENS / context_size));
  const perContext = () => new Float64Array(n_contexts);
  const fvu = new Fvu();
  const found: Spliced = {
    counted: perContext(),
    with_next: perContext(),
    ce_clean: perContext(),
    ce_zero: perContext(),
    variance: 0,
    width: 0,
    subjects: subjects.map(() => []),
  };
  for (let first = 0; first < n_contexts; first += size) {
    const n = Math.min(size, n_contexts - first);
    const ids = tokens.contexts(first, first + n);
    const mask = countedPositions(ids, context_size, policy);
    const { x, y } = await activationsAt(input, ids, n);
    const inputs = countedRows(x, mask);
    const counted = y === x ? inputs : countedRows(y, mask);
    const places = Int32Array.from(mask.keys())
      .filter((at) => mask[at] === 1)
      .map((at) => first * context_size + at);
    const contextOf = (row: number) => Math.floor(places[row] / context_size);
    const addLosses = async (patched: typeof x, sums: Float64Array) => {
      signal?.throwIfAborted();
      const { ce } = await model.splice(ids, n, target, patched);
      for (const { context, position } of lossPositions(mask, context_size))
        sums[first + context] += ce[context * (context_size - 1) + position];
    };

    fvu.add(counted, counted);
    found.width = counted.shape[1];
    for (let row = 0; row < places.length; row++) found.counted[contextOf(row)]++;
    for (const { context } of lossPositions(mask, context_size)) found.with_next[first + context]++;
    await addLosses(y, found.ce_clean);
    await addLosses(splicedRows(y, mask, null), found.ce_zero);
    for (const [s, { encoder, variants }] of subjects.entries()) {
      const sums = found.subjects[s];
      let v = 0;
      for (const acts of variants(encoder.encode(inputs), places)) {
        sums[v] ??= { ce: perContext(), squared_error: perContext(), active: perContext() };
        const { ce, squared_error, active } = sums[v++];
        const xHat = encoder.decode(acts, inputs);
        for (let row = 0; row < places.length; row++) {
          squared_error[contextOf(row)] += compareRow(counted, xHat, row).squared_error;
          active[contextOf(row)] += acts.offsets[row + 1] - acts.offsets[row];
        }
        await addLosses(splicedRows(y, mask, xHat), ce);
      }
    }
    const [done, total] = [(first + n) * context_size, n_contexts * context_size];
    report?.({ stage: "splice", done, total, unit: "tokens" });
  }
  return { ...found, variance: fvu.variance };
}

/** Figures of a variant as evaluation.json has them, over contexts that count so often each, or once; fvu is of all, once. */
export function figuresOf(spliced: Spliced, sums: VariantSums, weights?: Uint32Array) {
  const total = (of: Float64Array) => weighted(of, weights);
  const counted = total(spliced.counted);
  const with_next = total(spliced.with_next);
  const [clean, zero, sae] = [spliced.ce_clean, spliced.ce_zero, sums.ce].map(total);
  return {
    l0: total(sums.active) / counted,
    mse: total(sums.squared_error) / (counted * spliced.width),
    fvu: weighted(sums.squared_error) / spliced.variance,
    ce: sae / with_next,
    ce_clean: clean / with_next,
    ce_diff: (sae - clean) / with_next,
    ce_loss_recovered: (zero - sae) / (zero - clean),
  };
}

/** Σ_i weights_i · values_i */
export function weighted(values: Float64Array, weights?: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights ? weights[i] * values[i] : values[i];
  return sum;
}
