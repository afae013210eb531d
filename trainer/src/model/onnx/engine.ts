import { type Engine, type EngineInput, type Losses, nextTokens } from "../engine.ts";
import { hookWidth } from "../hook-names.ts";
import type { Batch } from "../ops.ts";
import { comparisonGraph, hooksGraph, lossGraph, predictingGraph } from "./graphs.ts";
import { LOGIT_ROWS } from "./next-token.ts";
import { type Provider, runtimeName } from "./provider.ts";
import type { Feed } from "./runtime.ts";
import { Sessions } from "./sessions.ts";

/** Runs the forward pass, or the part that is asked for, as a graph of ONNX Runtime. */
export function onnxEngine(
  input: EngineInput,
  threads: number,
  provider: Provider = "cpu",
): Engine {
  const { config } = input;
  const sessions = new Sessions(threads, provider);
  const sourceOf = ({ context_size }: Pick<Batch, "context_size">) => ({
    ...input,
    provider,
    context_size,
  });
  const textFeeds = (tokens: Int32Array, { context_size }: Batch): Record<string, Feed> => ({
    tokens: { shape: [tokens.length], data: tokens },
    positions: { shape: [tokens.length], data: tokens.map((_, i) => i % context_size) },
  });

  /** ln_f(x) where a token follows, with `patched` in the hook's place: [contexts · (context_size − 1), d_model] */
  async function predicting(
    batch: Batch,
    tokens: Int32Array,
    hook_name: string,
    patched: Float32Array,
  ): Promise<Float32Array> {
    const shape = [tokens.length, hookWidth(hook_name, config)];
    const feeds: Record<string, Feed> = {
      ...textFeeds(tokens, batch),
      patched: { shape, data: patched },
    };
    const { rows } = await sessions.run(
      `from ${hook_name} ${batch.context_size}`,
      () => predictingGraph(sourceOf(batch), hook_name),
      (name) => feeds[name],
    );
    return rows;
  }

  /** What a graph makes of rows [n, d_model] and of the tokens that follow, a bounded number of them at a time. */
  async function losses(
    what: "ce" | "comparison",
    rows: Record<string, Float32Array>,
    targets: Int32Array,
  ): Promise<Record<string, Float32Array>> {
    const build = what === "ce" ? lossGraph : comparisonGraph;
    const whole: Record<string, Float32Array> = {};
    for (let first = 0; first < targets.length; first += LOGIT_ROWS) {
      const last = Math.min(first + LOGIT_ROWS, targets.length);
      const feed = (name: string): Feed =>
        name === "targets"
          ? { shape: [last - first, 1], data: targets.slice(first, last) }
          : {
              shape: [last - first, config.d_model],
              data: rows[name].slice(first * config.d_model, last * config.d_model),
            };
      const block = await sessions.run(what, () => build(sourceOf({ context_size: 1 })), feed);
      for (const [name, values] of Object.entries(block)) {
        whole[name] ??= new Float32Array(targets.length);
        whole[name].set(values, first);
      }
    }
    return whole;
  }

  return {
    name: runtimeName(provider),

    hooks(batch, tokens, names) {
      const feeds = textFeeds(tokens, batch);
      return sessions.run(
        `hooks ${names} ${batch.context_size}`,
        () => hooksGraph(sourceOf(batch), names),
        (name) => feeds[name],
      );
    },

    async ce(batch, tokens, hook_name, patched) {
      const x = await predicting(batch, tokens, hook_name, patched);
      return (await losses("ce", { x }, nextTokens(tokens, batch.context_size))).ce;
    },

    async compare(batch, tokens, hook_name, x, xHat) {
      const rows = {
        x: await predicting(batch, tokens, hook_name, x),
        xHat: await predicting(batch, tokens, hook_name, xHat),
      };
      return (await losses("comparison", rows, nextTokens(tokens, batch.context_size))) as Losses;
    },

    dispose: () => sessions.dispose(),
  };
}
