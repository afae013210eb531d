import { countedPositions, countedRows } from "../activations/policy.ts";
import type { Report, TokenPolicy } from "../bundle/index.ts";
import type { Model } from "../model/model.ts";
import type { Encoder } from "../sae/encoder.ts";
import type { TokenFile } from "../text/token-file.ts";
import type { ActivationBlock } from "./activation-log.ts";

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

export type CollectInput = {
  model: Pick<Model, "activations">;
  hook_name: string;
  tokens: Pick<TokenFile, "context_size" | "contexts">;
  /** contexts [0, n_contexts) of the token file */
  n_contexts: number;
  policy: TokenPolicy;
  encoder: Pick<Encoder, "encode">;
  /** what the work is called in reports */
  stage?: string;
  report?: Report;
  signal?: AbortSignal;
  /** contexts worked on at a time; nothing collected depends on it */
  batch_contexts?: number;
};

/** Sends the text through the model and the encoder once: the feature activations of counted tokens, block by block. */
export async function* collect(input: CollectInput): AsyncGenerator<ActivationBlock> {
  const { model, hook_name, tokens, n_contexts, policy, encoder, report, signal } = input;
  const { stage = "dashboard" } = input;
  const { context_size } = tokens;
  const batch = input.batch_contexts ?? Math.max(1, Math.floor(BATCH_TOKENS / context_size));
  for (let first = 0; first < n_contexts; first += batch) {
    signal?.throwIfAborted();
    const n = Math.min(batch, n_contexts - first);
    const ids = tokens.contexts(first, first + n);
    const mask = countedPositions(ids, context_size, policy);
    const x = await model.activations(ids, n, hook_name);
    yield {
      first_context: first,
      places: Int32Array.from(mask.keys()).filter((place) => mask[place] === 1),
      acts: encoder.encode(countedRows(x, mask)),
    };
    report?.({
      stage,
      done: (first + n) * context_size,
      total: n_contexts * context_size,
      unit: "tokens",
    });
  }
}
