import { countedPositions, countedRows, countOf } from "../activations/policy.ts";
import { type Report, type TokenPolicy, UsageError } from "../bundle/index.ts";
import type { Model } from "../model/model.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import type { TokenFile } from "../text/token-file.ts";

import type { Sample } from "./neighbours.ts";

/** With fewer counted tokens nothing is said of a reading. */
export const LEAST_TOKENS = 2000;

/** Tokens that go through the model at a time. */
const BATCH_TOKENS = 2048;

export type SampleInput = {
  model: Pick<Model, "hooks">;
  tokens: Pick<TokenFile, "context_size" | "contexts" | "held_out_contexts">;
  policy: TokenPolicy;
  /** counted tokens to take; fewer where the held-out text has no more */
  check_tokens: number;
  seed: number;
  report?: Report;
  signal?: AbortSignal;
};

/**
 * Activations of counted held-out tokens at hooks, by hook [n, width]; row n of one is row n of another. The contexts
 * are a random sample, in their order; nothing beyond the last of the hooks is computed.
 */
export async function sampleActivations(
  { model, tokens, policy, check_tokens, seed, report, signal }: SampleInput,
  hook_names: string[],
): Promise<Sample> {
  const { context_size } = tokens;
  const chosen = chooseContexts(tokens, policy, check_tokens, seed);
  const size = Math.max(1, Math.floor(BATCH_TOKENS / context_size));
  const blocks: Record<string, Tensor>[] = [];
  for (let first = 0; first < chosen.length; first += size) {
    signal?.throwIfAborted();
    const contexts = chosen.slice(first, first + size);
    const ids = new Int32Array(contexts.length * context_size);
    for (const [i, { ids: own }] of contexts.entries()) ids.set(own, i * context_size);
    const mask = countedPositions(ids, context_size, policy);
    const found = await model.hooks(ids, [contexts.length, context_size], hook_names);
    blocks.push(
      Object.fromEntries(
        hook_names.map((name) => {
          const { shape, data } = found[name];
          return [name, countedRows({ shape: [ids.length, shape[2]], data }, mask)];
        }),
      ),
    );
    report?.({
      stage: "import sample",
      done: first + contexts.length,
      total: chosen.length,
      unit: "contexts",
    });
  }
  return new Map(
    hook_names.map((name) => {
      const all = joined(blocks.map((block) => block[name]));
      return [name, rows(all, 0, Math.min(check_tokens, all.shape[0]))];
    }),
  );
}

/** Held-out contexts, chosen at random, that hold the tokens asked for; all of them where they do not. */
function chooseContexts(
  tokens: SampleInput["tokens"],
  policy: TokenPolicy,
  check_tokens: number,
  seed: number,
): { context: number; ids: Int32Array }[] {
  const { held_out_contexts, context_size } = tokens;
  const order = new Random(seed, "import check").shuffle(
    Array.from({ length: held_out_contexts }, (_, i) => i),
  );
  const chosen: { context: number; ids: Int32Array }[] = [];
  let counted = 0;
  for (const context of order) {
    if (counted >= check_tokens) break;
    const ids = tokens.contexts(context, context + 1);
    counted += countOf(countedPositions(ids, context_size, policy));
    chosen.push({ context, ids });
  }
  if (counted < LEAST_TOKENS)
    throw new UsageError(
      `the held-out text has ${counted} tokens that count (expected at least ${LEAST_TOKENS} to check a reading): give more --text, or a larger --held_out_fraction or --max_tokens`,
    );
  return chosen.sort((a, b) => a.context - b.context);
}

function joined(blocks: Tensor[]): Tensor {
  const width = blocks[0].shape[1];
  const all = zeros(
    blocks.reduce((n, { shape }) => n + shape[0], 0),
    width,
  );
  let at = 0;
  for (const { data } of blocks) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}
