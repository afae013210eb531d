import { type Engine, type EngineInput, nextTokens } from "../engine.ts";
import { hookWidth } from "../hook-names.ts";
import type { Batch } from "../ops.ts";
import { compareGraph, hooksGraph, spliceGraph } from "./graphs.ts";
import { type Provider, runtimeName } from "./provider.ts";
import { type Feed, Sessions } from "./sessions.ts";

/** Runs the forward pass, or the part that is asked for, as a graph of ONNX Runtime. */
export function onnxEngine(
  input: EngineInput,
  threads: number,
  provider: Provider = "cpu",
): Engine {
  const { config, weights } = input;
  const sessions = new Sessions(threads, provider);
  const model = { ...input, provider };
  /** A graph is fed the batch's own inputs, else weights. */
  const feedWith = (inputs: Record<string, Feed>) => (name: string) =>
    inputs[name] ?? weights.get(name);
  const key = (what: string, { contexts, context_size }: Batch) =>
    `${what} ${contexts} ${context_size}`;
  const idsFeed = (tokens: Int32Array): Feed => ({ shape: [tokens.length], data: tokens });
  const targetsFeed = (tokens: Int32Array, { context_size }: Batch): Feed => {
    const targets = nextTokens(tokens, context_size);
    return { shape: [targets.length, 1], data: targets };
  };
  const patchFeed = (tokens: Int32Array, hook_name: string, data: Float32Array): Feed => ({
    shape: [tokens.length, hookWidth(hook_name, config)],
    data,
  });

  return {
    name: runtimeName(provider),

    hooks: (batch, tokens, names) =>
      sessions.run(
        key(`hooks ${names}`, batch),
        () => hooksGraph(model, batch, names),
        feedWith({ tokens: idsFeed(tokens) }),
      ),

    async ce(batch, tokens, hook_name, patched) {
      const { ce } = await sessions.run(
        key(`splice ${hook_name}`, batch),
        () => spliceGraph(model, batch, hook_name),
        feedWith({
          tokens: idsFeed(tokens),
          targets: targetsFeed(tokens, batch),
          patched: patchFeed(tokens, hook_name, patched),
        }),
      );
      return ce;
    },

    async compare(batch, tokens, hook_name, x, xHat) {
      const { ce_x, ce_xHat, kl } = await sessions.run(
        key(`compare ${hook_name}`, batch),
        () => compareGraph(model, batch, hook_name),
        feedWith({
          tokens: idsFeed(tokens),
          targets: targetsFeed(tokens, batch),
          x: patchFeed(tokens, hook_name, x),
          xHat: patchFeed(tokens, hook_name, xHat),
        }),
      );
      return { ce_x, ce_xHat, kl };
    },

    dispose: () => sessions.dispose(),
  };
}
