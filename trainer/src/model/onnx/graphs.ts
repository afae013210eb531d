import type { EngineInput } from "../engine.ts";
import { hookWidth } from "../hook-names.ts";
import type { Hook } from "../ops.ts";
import { OnnxGraph, type Value } from "./graph.ts";
import { nextTokenLosses, predictingRows } from "./next-token.ts";
import { onnxOps } from "./ops.ts";
import type { Provider } from "./provider.ts";

/** A model, and what its graphs are for. They serve any number of contexts, of one size. */
export type Source = EngineInput & { provider: Provider; context_size: number };

export type Built = { graph: OnnxGraph; outputs: [name: string, value: Value][] };

/** The graph from tokens to the named hooks, and no further; "logits" are after the last of them. */
export function hooksGraph(source: Source, names: string[]): Built {
  const { graph, o, W_U } = begin(source);
  const seen = new Map<string, Value>();
  const normalized = forward(graph, o, source, (name, x) => {
    seen.set(name, x);
    return x;
  });
  seen.set("logits", o.linear(normalized, W_U));
  return { graph, outputs: names.map((name) => [name, seen.get(name) as Value]) };
}

/** The graph from a hook, with input `patched` in its place, to the rows of ln_f(x) that predict a token. */
export function predictingGraph(source: Source, hook_name: string): Built {
  const { graph, o } = begin(source);
  const shape = ["n", hookWidth(hook_name, source.config)];
  const normalized = forward(graph, o, source, (name, x) =>
    name === hook_name ? graph.input("patched", shape) : x,
  );
  const sizes = { ...source.config, context_size: source.context_size };
  return { graph, outputs: [["rows", predictingRows(graph, normalized, sizes)]] };
}

/** The graph from such rows to their losses. */
export function lossGraph(source: Source): Built {
  const { graph, o, W_U } = begin(source);
  const x = graph.input("x", ["rows", source.config.d_model]);
  return { graph, outputs: [["ce", nextTokenLosses(graph, o, W_U, source.provider).ce(x)]] };
}

/** The graph from such rows of x and of x̂ to both losses and their divergence. */
export function comparisonGraph(source: Source): Built {
  const { graph, o, W_U } = begin(source);
  const [x, xHat] = ["x", "xHat"].map((name) => graph.input(name, ["rows", source.config.d_model]));
  const losses = nextTokenLosses(graph, o, W_U, source.provider).compare(x, xHat);
  return { graph, outputs: Object.entries(losses) };
}

function begin({ family, config, weights, provider, context_size }: Source) {
  const graph = new OnnxGraph(provider === "cpu" ? 23 : 20);
  const o = onnxOps(graph, weights, { context_size, ...config }, provider);
  return { graph, o, W_U: o.weight(family.unembedding(config)) };
}

function forward(
  graph: OnnxGraph,
  o: ReturnType<typeof onnxOps>,
  { family, config }: Source,
  hook: Hook<Value>,
): Value {
  return family.forward(o, config, graph.input("tokens", ["n"], "int32"), hook);
}
