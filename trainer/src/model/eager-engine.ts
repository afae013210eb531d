import { type Engine, type EngineInput, type Losses, nextTokens } from "./engine.ts";
import { type EagerOps, evaluate, given, type Lazy, lazyOps } from "./lazy.ts";
import type { Batch } from "./ops.ts";

/** An interpreter that computes at once, with its ways in and out. */
export type Interpreter<T> = EagerOps<T> & {
  /** token ids [n] */
  ids(tokens: Int32Array): T;
  /** activations [n, width] */
  activations(data: Float32Array): T;
  read(x: T): Promise<Float32Array>;
  /**
   * log_softmax(normalized · W_Uᵀ) at every position but each context's last, a bounded number of rows at a time:
   * −log p of `targets` [contexts · (context_size − 1)].
   */
  nextTokenLoss(normalized: T, W_U: T, targets: Int32Array): Promise<Float32Array>;
  /** Both losses, and KL(p ‖ q) = Σ p · (log p − log q), from ln_f of x and of x̂. */
  compareLosses(normalized: T, normalizedHat: T, W_U: T, targets: Int32Array): Promise<Losses>;
};

/** An engine out of an interpreter, made anew for each batch; weights stay with whoever made `interpreter`. */
export function eagerEngine<T>(
  name: string,
  { family, config }: EngineInput,
  interpreter: (batch: Batch) => Interpreter<T>,
  dispose: () => Promise<void>,
): Engine {
  const forward = (o: Interpreter<T>, ids: T, hook: (name: string, x: Lazy<T>) => Lazy<T>) =>
    family.forward(
      lazyOps(o),
      config,
      given(() => ids),
      hook,
    );

  /** What `losses` makes of ln_f(x) with each of `patches` in the hook's place. */
  async function withPatches<R>(
    o: Interpreter<T>,
    tokens: Int32Array,
    hook_name: string,
    patches: T[],
    losses: (normalized: T[], W_U: T) => Promise<R>,
  ): Promise<R> {
    const ids = o.ids(tokens);
    const normalized = patches.map((patch) =>
      forward(o, ids, (name, x) => (name === hook_name ? given(() => patch) : x)),
    );
    const values = evaluate(normalized, o);
    const result = await losses(values, o.weight(family.unembedding(config)));
    for (const used of new Set([ids, ...patches, ...values])) o.release(used);
    return result;
  }

  return {
    name,
    dispose,

    async hooks(batch, tokens, names) {
      const o = interpreter(batch);
      const ids = o.ids(tokens);
      const seen = new Map<string, Lazy<T>>();
      const normalized = forward(o, ids, (name, x) => {
        seen.set(name, x);
        return x;
      });
      const lazy = lazyOps(o);
      seen.set("logits", lazy.linear(normalized, lazy.weight(family.unembedding(config))));
      const values = evaluate(
        names.map((name) => seen.get(name) as Lazy<T>),
        o,
      );
      const arrays = await Promise.all(values.map((value) => o.read(value)));
      for (const used of new Set([ids, ...values])) o.release(used);
      return Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
    },

    async ce(batch, tokens, hook_name, patch) {
      const o = interpreter(batch);
      const targets = nextTokens(tokens, batch.context_size);
      return withPatches(o, tokens, hook_name, [o.activations(patch)], ([normalized], W_U) =>
        o.nextTokenLoss(normalized, W_U, targets),
      );
    },

    async compare(batch, tokens, hook_name, x, xHat) {
      const o = interpreter(batch);
      const targets = nextTokens(tokens, batch.context_size);
      const patches = [o.activations(x), o.activations(xHat)];
      return withPatches(o, tokens, hook_name, patches, ([normalized, normalizedHat], W_U) =>
        o.compareLosses(normalized, normalizedHat, W_U, targets),
      );
    },
  };
}
