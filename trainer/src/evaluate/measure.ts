import { countedPositions, countedRows } from "../activations/policy.ts";
import type { Report, TokenPolicy } from "../bundle/index.ts";
import type { Model } from "../model/model.ts";
import type { Encoder } from "../sae/encoder.ts";
import { Fvu } from "../sae/fvu.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TokenFile } from "../text/token-file.ts";
import type { DatapointsConfig } from "./config.ts";
import { type Collected, Datapoints, lossPositions } from "./datapoints.ts";
import { Losses } from "./losses.ts";
import { Reconstruction } from "./reconstruction.ts";
import { Sparsity } from "./sparsity.ts";
import { splicedRows } from "./spliced-rows.ts";

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

/** What is the same for all that is measured together. */
export type MeasureInput = {
  model: Pick<Model, "activations" | "hooks" | "splice" | "compare">;
  hook_name: string;
  /** a transcoder's target, where ŷ is spliced in; null: hook_name */
  hook_name_out: string | null;
  tokens: Pick<TokenFile, "context_size" | "contexts">;
  /** contexts [0, n_contexts) of the token file are measured */
  n_contexts: number;
  policy: TokenPolicy;
  signal?: AbortSignal;
  /** contexts worked on at a time; nothing measured depends on it */
  batch_contexts?: number;
};

/** What is measured. */
export type Measurable = {
  encoder: Pick<Encoder, "encode" | "decode">;
  /** ‖d_f‖ [d_sae] */
  decoder_norms: Float32Array;
  /** which datapoints to keep */
  datapoints: DatapointsConfig;
  seed: number;
  report?: Report;
};

/** Sums over what was measured, and single positions of it. */
export type Measured = {
  fvu: Fvu;
  reconstruction: Reconstruction;
  sparsity: Sparsity;
  losses: Losses;
  collected: Collected;
};

/**
 * Runs the model over the contexts: untouched, with x̂ and with zeros in place of x, and adds everything
 * up. Of a transcoder all of it is about its target: y for x, and ŷ for x̂. What comes before the hooks,
 * and what zeros cost, is computed once for all that are measured together.
 */
export async function measureTogether(
  input: MeasureInput,
  measurables: Measurable[],
): Promise<Measured[]> {
  const { model, tokens, n_contexts, policy, signal } = input;
  const target = input.hook_name_out ?? input.hook_name;
  const { context_size } = tokens;
  const size = input.batch_contexts ?? batchContexts(context_size);
  const running = measurables.map((one) => begin(one, { n_contexts, context_size }));

  for (let first = 0; first < n_contexts; first += size) {
    signal?.throwIfAborted();
    const n = Math.min(size, n_contexts - first);
    const ids = tokens.contexts(first, first + n);
    const mask = countedPositions(ids, context_size, policy);
    const { x, y } = await activationsAt(input, ids, n);
    const inputs = countedRows(x, mask);
    const counted = y === x ? inputs : countedRows(y, mask);
    const { ce: ce_zero } = await model.splice(ids, n, target, splicedRows(y, mask, null));
    const batch = { first, context_size, mask, inputs, counted, ce_zero };
    for (const one of running) {
      const acts = one.encoder.encode(inputs);
      const xHat = one.encoder.decode(acts, inputs);
      const withSae = splicedRows(y, mask, xHat);
      add(one, batch, acts, xHat, await model.compare(ids, n, target, y, withSae));
      tell(one, (first + n) * context_size, n_contexts * context_size);
    }
  }
  return running.map(({ sums, points }) => ({ ...sums, collected: points.finish() }));
}

/** How many contexts go through the model at a time, unless it is said. */
export function batchContexts(context_size: number): number {
  return Math.max(1, Math.floor(BATCH_TOKENS / context_size));
}

type Running = Measurable & {
  sums: Omit<Measured, "collected">;
  points: Datapoints;
};

function begin(
  measurable: Measurable,
  sizes: { n_contexts: number; context_size: number },
): Running {
  const { decoder_norms, datapoints, seed } = measurable;
  const sums = {
    fvu: new Fvu(),
    reconstruction: new Reconstruction(),
    sparsity: new Sparsity(decoder_norms),
    losses: new Losses(),
  };
  return { ...measurable, sums, points: new Datapoints(datapoints, { ...sizes, seed }) };
}

type MeasuredBatch = {
  /** its first context */
  first: number;
  context_size: number;
  mask: Uint8Array;
  /** what is encoded, and what it is to become, at the counted positions */
  inputs: Tensor;
  counted: Tensor;
  ce_zero: Float32Array;
};

function add(
  { sums, points }: Running,
  { first, context_size, mask, counted, ce_zero }: MeasuredBatch,
  acts: SparseActs,
  xHat: Tensor,
  { ce_x, ce_xHat, kl }: Awaited<ReturnType<Model["compare"]>>,
): void {
  sums.fvu.add(counted, xHat);
  sums.reconstruction.add(counted, xHat);
  sums.sparsity.add(acts);
  points.add({ first, mask, counted, xHat, acts, ce_clean: ce_x, ce_sae: ce_xHat });
  for (const { context, position } of lossPositions(mask, context_size)) {
    const at = context * (context_size - 1) + position;
    sums.losses.add(ce_x[at], ce_xHat[at], ce_zero[at], kl[at]);
  }
}

function tell({ sums, report }: Running, done: number, total: number): void {
  const { fvu, sparsity, losses } = sums;
  const values = { fvu: fvu.value, l0: sparsity.l0, ce_diff: losses.ce_diff };
  report?.({ stage: "evaluate", done, total, unit: "tokens", values });
}

/** What the encoder reads and what the decoder is to give, [n · context_size, width]; the same unless it is a transcoder. */
export async function activationsAt(
  {
    model,
    hook_name,
    hook_name_out,
    tokens: { context_size },
  }: Pick<MeasureInput, "hook_name" | "hook_name_out"> & {
    tokens: Pick<TokenFile, "context_size">;
    model: Pick<Model, "activations" | "hooks">;
  },
  ids: Int32Array,
  n: number,
): Promise<{ x: Tensor; y: Tensor }> {
  if (hook_name_out === null) {
    const x = await model.activations(ids, n, hook_name);
    return { x, y: x };
  }
  const found = await model.hooks(ids, [n, context_size], [hook_name, hook_name_out]);
  const rows = ({ shape, data }: Tensor) => ({ shape: [ids.length, shape[2]], data });
  return { x: rows(found[hook_name]), y: rows(found[hook_name_out]) };
}
