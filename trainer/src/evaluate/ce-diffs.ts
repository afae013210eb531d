import { countedPositions, countedRows } from "../activations/policy.ts";
import type { Report } from "../bundle/index.ts";
import type { Encoder } from "../sae/encoder.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { lossPositions } from "./datapoints.ts";
import { batchContexts, type MeasureInput } from "./measure.ts";
import { splicedRows } from "./spliced-rows.ts";

export type Spliced = {
  encoder: Pick<Encoder, "encode" | "decode">;
  hook_name: string;
  /** a transcoder's target, where ŷ is spliced in; null: hook_name */
  hook_name_out: string | null;
};

/**
 * CE-diffs of dictionaries at any hooks of one model, each at every counted position with a next token, in
 * order. The model's activations at all hooks come from one pass; each dictionary costs what lies behind its hook.
 */
export async function ceDiffsOf(
  input: Omit<MeasureInput, "hook_name" | "hook_name_out">,
  dictionaries: Spliced[],
  report?: Report,
): Promise<Float32Array[]> {
  const { model, tokens, n_contexts, policy, signal } = input;
  const { context_size } = tokens;
  const size = input.batch_contexts ?? batchContexts(context_size);
  const targets = dictionaries.map(({ hook_name, hook_name_out }) => hook_name_out ?? hook_name);
  const hooks = [...new Set([...dictionaries.map(({ hook_name }) => hook_name), ...targets])];
  const found = dictionaries.map(() => new Float32Array(n_contexts * (context_size - 1)));
  let measured = 0;
  for (let first = 0; first < n_contexts; first += size) {
    const n = Math.min(size, n_contexts - first);
    const ids = tokens.contexts(first, first + n);
    const mask = countedPositions(ids, context_size, policy);
    const places = Array.from(
      lossPositions(mask, context_size),
      ({ context, position }) => context * (context_size - 1) + position,
    );
    const at = await model.hooks(ids, [n, context_size], hooks);
    const rowsAt = (hook: string) => asRows(at[hook]);
    const { ce: ce_clean } = await model.splice(ids, n, targets[0], rowsAt(targets[0]));
    for (const [i, { encoder, hook_name }] of dictionaries.entries()) {
      signal?.throwIfAborted();
      const x = countedRows(rowsAt(hook_name), mask);
      const xHat = encoder.decode(encoder.encode(x), x);
      const patched = splicedRows(rowsAt(targets[i]), mask, xHat);
      const { ce: ce_sae } = await model.splice(ids, n, targets[i], patched);
      for (const [o, place] of places.entries())
        found[i][measured + o] = ce_sae[place] - ce_clean[place];
    }
    measured += places.length;
    const [done, total] = [first + n, n_contexts].map((contexts) => contexts * context_size);
    report?.({ stage: "CE-diffs", done, total, unit: "tokens" });
  }
  return found.map((ce_diffs) => ce_diffs.slice(0, measured));
}

/** [n, context_size, width] as [n · context_size, width] */
function asRows({ shape: [n, context_size, width], data }: Tensor): Tensor {
  return { shape: [n * context_size, width], data };
}
