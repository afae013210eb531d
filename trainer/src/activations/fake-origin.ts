import type { Tensor } from "../tensor/tensor.ts";
import { zeros } from "../tensor/tensor.ts";
import type { Origin } from "./plan.ts";

/**
 * A text of `n_contexts` contexts for tests, the first of them held out; every seventh token is the special token 0.
 * The model's activation at a token is [context, position, token id] at hooks of block 1, and its negative at others;
 * 0, 0 follow where a hook is wider. Each number is below 256, so bfloat16 has it.
 */
export function fakeOrigin(n_contexts: number, context_size: number, held_out_contexts = 3) {
  const tokenAt = (i: number) => (i % 7 === 3 ? 0 : 1 + ((i * 31) % 90));
  const calls: number[] = [];
  const origin = {
    model: {
      config: {
        id: "fake",
        model_type: "fake",
        n_layers: 2,
        d_model: 3,
        n_heads: 1,
        n_kv_heads: 1,
        d_head: 3,
        d_mlp: 5,
        d_vocab: 100,
        n_ctx: 64,
        bos_token_id: 0,
        parallel_residual: true,
      },
      weights_sha256: "a".repeat(64),
      engine: "fake (CPU)",
      async hooks(
        tokens: Int32Array,
        [n, context_size]: [number, number],
        names: string[],
      ): Promise<Record<string, Tensor>> {
        const first = placeOf(tokens) / context_size;
        calls.push(first);
        const atHook = (name: string) => {
          const x = zeros(n, context_size, name.endsWith("mlp.hook_post") ? 5 : 3);
          const sign = name.startsWith("blocks.1.") ? 1 : -1;
          tokens.forEach((token, i) => {
            const row = [first + Math.floor(i / context_size), i % context_size, token];
            x.data.set(
              row.map((value) => sign * value),
              i * x.shape[2],
            );
          });
          return x;
        };
        return Object.fromEntries(names.map((name) => [name, atHook(name)]));
      },
    },
    tokens: {
      header: {
        version: 2 as const,
        dtype: "uint16" as const,
        context_size,
        n_contexts,
        held_out_contexts,
        d_vocab: 100,
        bos_id: 0,
        special_ids: [0],
        tokenizer_sha256: "b".repeat(64),
        corpus: {
          id: "fake",
          source: null,
          files: [],
          sha256: "c".repeat(64),
          documents: 2,
          held_out_documents: 1,
          skipped: { empty: 0, binary: 0 },
          tokens: n_contexts * context_size,
        },
        bytes: n_contexts * context_size * 2,
        sha256: "d".repeat(64),
      },
      context_size,
      n_contexts,
      held_out_contexts,
      contexts(start: number, end: number): Int32Array {
        const ids = new Int32Array((end - start) * context_size);
        for (let i = 0; i < ids.length; i++) ids[i] = tokenAt(start * context_size + i);
        places.set(ids, start * context_size);
        return ids;
      },
    },
  } satisfies Origin;
  const places = new WeakMap<Int32Array, number>();
  const placeOf = (tokens: Int32Array) => places.get(tokens) as number;
  return { ...origin, calls, tokenAt };
}
