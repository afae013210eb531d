import { countedPositions, countedRows } from "../activations/policy.ts";
import { type LiveTotals, type TokenPolicy, UsageError } from "../bundle/index.ts";
import { splicedRows } from "../evaluate/spliced-rows.ts";
import type { Model } from "../model/model.ts";
import type { Encoder } from "../sae/encoder.ts";
import { concatenated, type SparseActs } from "../sae/sparse-acts.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";

/** Lengths that texts are brought to: ONNX Runtime has a graph, with weights of its own, for each. */
const LENGTHS = [64, 256];

/** Most activations of a text; a dictionary that is meant to be sparse has far fewer. */
const MOST_ACTIVATIONS = 2 ** 22;
const ROWS = 64;

export type TextSubject = {
  encoder: Pick<Encoder, "encode" | "decode">;
  hook_name: string;
  /** a transcoder's target, where ŷ is spliced in; null: hook_name */
  hook_name_out: string | null;
  policy: TokenPolicy;
};

export type TextInput = {
  model: Pick<Model, "hooks" | "splice"> & { config: { n_ctx: number } };
  /** one context, its first token the one that opens documents */
  ids: Int32Array;
  losses: boolean;
};

/** A text as one dictionary sees it. */
export type TriedText = {
  /** 1 where a token is counted [n] */
  counted: Uint8Array;
  /** what is active at the counted tokens, a row for each */
  acts: SparseActs;
  /** next-token cross-entropy [n − 1], untouched and with x̂ at every counted token; empty unless asked for */
  ce_clean: Float32Array;
  ce_sae: Float32Array;
};

/**
 * Runs a text through the model once, and from each dictionary's hook on with x̂ in place of x, as evaluation
 * does; the same token policy counts. Padding comes after the text, where nothing before it sees it.
 */
export async function tryText(
  { model, ids, losses }: TextInput,
  subjects: TextSubject[],
): Promise<TriedText[]> {
  const n = ids.length;
  const size = paddedLength(n, model.config.n_ctx);
  const padded = new Int32Array(size).fill(ids[0]);
  padded.set(ids);
  const names = new Set(
    subjects.flatMap(({ hook_name, hook_name_out }) => [hook_name, hook_name_out ?? hook_name]),
  );
  const found = await model.hooks(padded, [1, size], [...names]);
  const at = (name: string): Tensor => rowsOf(found[name], size);
  const ceWith = async (name: string, patched: Tensor) =>
    losses && n > 1
      ? (await model.splice(padded, 1, name, patched)).ce.slice(0, n - 1)
      : new Float32Array(0);

  const tried: TriedText[] = [];
  for (const { encoder, hook_name, hook_name_out, policy } of subjects) {
    const target = hook_name_out ?? hook_name;
    const mask = countedPositions(padded, size, policy).fill(0, n);
    const inputs = countedRows(at(hook_name), mask);
    const acts = encodeBounded(encoder, inputs);
    const y = at(target);
    const spliced = losses ? splicedRows(y, mask, encoder.decode(acts, inputs)) : y;
    tried.push({
      counted: mask.slice(0, n),
      acts,
      ce_clean: await ceWith(target, y),
      ce_sae: await ceWith(target, spliced),
    });
  }
  return tried;
}

/** The least of LENGTHS that holds a text of n tokens, or as much as the model sees. */
export function paddedLength(n: number, n_ctx: number): number {
  const length = LENGTHS.find((length) => length >= n) ?? n_ctx;
  return Math.min(Math.max(length, n), n_ctx);
}

/** The activations of x, block by block, as long as they are few enough to be held. */
export function encodeBounded(encoder: Pick<Encoder, "encode">, x: Tensor): SparseActs {
  const blocks: SparseActs[] = [];
  let found = 0;
  for (let first = 0; first < x.shape[0]; first += ROWS) {
    const block = encoder.encode(rows(x, first, Math.min(first + ROWS, x.shape[0])));
    blocks.push(block);
    found += block.values.length;
    if (found > MOST_ACTIVATIONS)
      throw new UsageError(
        `more than ${MOST_ACTIVATIONS} activations on ${first + block.n} tokens: the dictionary is too dense to be shown`,
      );
  }
  return concatenated(blocks);
}

/** Means over a text as evaluation has them over its tokens; null where there is nothing to take them of. */
export function textTotals({ counted, acts, ce_clean, ce_sae }: TriedText): LiveTotals {
  const sums = { tokens: 0, ce_clean: 0, ce_sae: 0 };
  for (let at = 0; at < ce_clean.length; at++) {
    if (!counted[at]) continue; // the last token, which has no next one, has no loss either
    sums.tokens++;
    sums.ce_clean += ce_clean[at];
    sums.ce_sae += ce_sae[at];
  }
  const mean = (sum: number) => (sums.tokens > 0 ? sum / sums.tokens : null);
  return {
    counted: acts.n,
    predicted: sums.tokens,
    l0: acts.n > 0 ? acts.values.length / acts.n : null,
    ce_clean: mean(sums.ce_clean),
    ce_sae: mean(sums.ce_sae),
    ce_diff: mean(sums.ce_sae - sums.ce_clean),
  };
}

export type AlongText = {
  /** of each row its most active features, the most active first */
  strongest: number[][];
  /** every feature among them, and those followed, with the rows where it is active; the most active first */
  features: { index: number; rows: number[]; activations: number[] }[];
};

/** Each row's most active features, and what these do along all rows. */
export function alongText(acts: SparseActs, most: number, follow: number[]): AlongText {
  const { n, offsets, features, values } = acts;
  const strongest = Array.from({ length: n }, (_, i) =>
    Array.from({ length: offsets[i + 1] - offsets[i] }, (_, j) => offsets[i] + j)
      .sort((a, b) => values[b] - values[a] || features[a] - features[b])
      .slice(0, most)
      .map((o) => features[o]),
  );
  const found = new Map(
    [...strongest.flat(), ...follow].map((index) => [
      index,
      { index, rows: [] as number[], activations: [] as number[] },
    ]),
  );
  for (let i = 0; i < n; i++)
    for (let o = offsets[i]; o < offsets[i + 1]; o++) {
      const along = found.get(features[o]);
      along?.rows.push(i);
      along?.activations.push(values[o]);
    }
  const largest = ({ activations }: { activations: number[] }) =>
    activations.reduce((most, value) => Math.max(most, value), 0);
  const ordered = [...found.values()].sort((a, b) => largest(b) - largest(a) || a.index - b.index);
  return { strongest, features: ordered };
}

function rowsOf({ shape, data }: Tensor, n: number): Tensor {
  return { shape: [n, shape[2]], data };
}
