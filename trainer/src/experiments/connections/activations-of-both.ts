import { countedPositions, countedRows } from "../../activations/policy.ts";
import type { Report, TokenPolicy } from "../../bundle/index.ts";
import type { Model } from "../../model/model.ts";
import type { Encoder } from "../../sae/encoder.ts";
import { concatenated, type SparseActs } from "../../sae/sparse-acts.ts";
import type { TokenFile } from "../../text/token-file.ts";
import type { Pair } from "./samples.ts";

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

type Side = { hook_name: string; encoder: Pick<Encoder, "encode"> };

export type BothInput = {
  model: Pick<Model, "hooks">;
  tokens: Pick<TokenFile, "context_size" | "contexts">;
  policy: TokenPolicy;
  from: Side;
  to: Side;
  report?: Report;
  signal?: AbortSignal;
};

/** Feature activations of two dictionaries at the counted tokens of the contexts, in their order. */
export async function activationsOfBoth(
  { model, tokens, policy, from, to, report, signal }: BothInput,
  contexts: readonly number[],
  stage: string,
): Promise<Pair> {
  const { context_size } = tokens;
  const batch = Math.max(1, Math.floor(BATCH_TOKENS / context_size));
  const found = { from: [] as SparseActs[], to: [] as SparseActs[] };
  for (let first = 0; first < contexts.length; first += batch) {
    signal?.throwIfAborted();
    const chosen = contexts.slice(first, first + batch);
    const ids = new Int32Array(chosen.length * context_size);
    chosen.forEach((context, i) => {
      ids.set(tokens.contexts(context, context + 1), i * context_size);
    });
    const mask = countedPositions(ids, context_size, policy);
    const names = [...new Set([from.hook_name, to.hook_name])];
    const at = await model.hooks(ids, [chosen.length, context_size], names);
    const encode = ({ hook_name, encoder }: Side) => {
      const { shape, data } = at[hook_name];
      return encoder.encode(countedRows({ shape: [ids.length, shape[2]], data }, mask));
    };
    found.from.push(encode(from));
    found.to.push(encode(to));
    const done = Math.min(first + batch, contexts.length) * context_size;
    report?.({ stage, done, total: contexts.length * context_size, unit: "tokens" });
  }
  return { from: concatenated(found.from), to: concatenated(found.to) };
}
