import { countedPositions, countedRows } from "../activations/policy.ts";
import type { Report, TokenPolicy } from "../bundle/index.ts";
import type { Model } from "../model/model.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TokenFile } from "../text/token-file.ts";

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

export type CountedInput = {
  model: Pick<Model, "activations">;
  hook_name: string;
  tokens: Pick<TokenFile, "context_size" | "contexts">;
  /** contexts [0, n_contexts) of the token file */
  n_contexts: number;
  policy: TokenPolicy;
  /** what the progress is called */
  stage: string;
  report?: Report;
  signal?: AbortSignal;
};

/** x [n, d_in] at the hook of the counted tokens, some contexts at a time. */
export async function* countedActivations({
  model,
  hook_name,
  tokens,
  n_contexts,
  policy,
  stage,
  report,
  signal,
}: CountedInput): AsyncGenerator<Tensor> {
  const { context_size } = tokens;
  const size = Math.max(1, Math.floor(BATCH_TOKENS / context_size));
  for (let first = 0; first < n_contexts; first += size) {
    signal?.throwIfAborted();
    const n = Math.min(size, n_contexts - first);
    const ids = tokens.contexts(first, first + n);
    const mask = countedPositions(ids, context_size, policy);
    yield countedRows(await model.activations(ids, n, hook_name), mask);
    const [done, total] = [first + n, n_contexts].map((contexts) => contexts * context_size);
    report?.({ stage, done, total, unit: "tokens" });
  }
}
