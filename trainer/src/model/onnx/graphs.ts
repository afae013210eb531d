import type { ModelConfig } from "../config.ts";
import type { Family } from "../families/family.ts";
import { hookWidth } from "../hook-names.ts";
import type { Batch, Hook } from "../ops.ts";
import { OnnxGraph, type Value } from "./graph.ts";
import { nextTokenLosses } from "./next-token.ts";
import { onnxOps } from "./ops.ts";
import type { Provider } from "./provider.ts";

/** A model's architecture and sizes, and what the graph is for: all that it is made of. */
export type Architecture = { family: Family; config: ModelConfig; provider: Provider };

export type Built = {
  graph: OnnxGraph;
  outputs: [name: string, value: Value][];
  /** with more than these, the results' last bits would depend on how many there are */
  most_threads?: number;
};

/** The graph from tokens to the named hooks, and no further; "logits" are after the last of them. */
export function hooksGraph(model: Architecture, batch: Batch, names: string[]): Built {
  const graph = new OnnxGraph();
  const seen = new Map<string, Value>();
  const { o, normalized, W_U } = forward(graph, model, batch, (name, x) => {
    seen.set(name, x);
    return x;
  });
  seen.set("logits", o.linear(normalized, W_U));
  const outputs = names.map((name): [string, Value] => [name, seen.get(name) as Value]);
  return { graph, outputs, most_threads: mostThreads(model.config, batch) };
}

/** The graph from one hook on to the losses, with input `patched` in the hook's place. */
export function spliceGraph(model: Architecture, batch: Batch, hook_name: string): Built {
  const graph = new OnnxGraph();
  const { o, normalized, W_U } = forwardFrom(graph, model, batch, hook_name, "patched");
  const head = nextTokenLosses(graph, o, W_U, { ...batch, ...model.config }, model.provider);
  const outputs: Built["outputs"] = [["ce", head.ce(normalized)]];
  return { graph, outputs, most_threads: mostThreads(model.config, batch) };
}

/** The graph from one hook on, run twice, with inputs `x` and `xHat` in the hook's place. */
export function compareGraph(model: Architecture, batch: Batch, hook_name: string): Built {
  const graph = new OnnxGraph();
  const { o, normalized, W_U } = forwardFrom(graph, model, batch, hook_name, "x");
  const hat = forwardFrom(graph, model, batch, hook_name, "xHat");
  const head = nextTokenLosses(graph, o, W_U, { ...batch, ...model.config }, model.provider);
  const outputs = Object.entries(head.compare(normalized, hat.normalized));
  return { graph, outputs, most_threads: mostThreads(model.config, batch) };
}

function forwardFrom(
  graph: OnnxGraph,
  model: Architecture,
  batch: Batch,
  hook_name: string,
  input: string,
) {
  const shape = [batch.contexts * batch.context_size, hookWidth(hook_name, model.config)];
  return forward(graph, model, batch, (name, x) =>
    name === hook_name ? graph.input(input, shape) : x,
  );
}

function forward(
  graph: OnnxGraph,
  { family, config }: Architecture,
  batch: Batch,
  hook: Hook<Value>,
) {
  const o = onnxOps(graph, family.weights(config), { ...batch, ...config });
  const tokens = graph.input("tokens", [batch.contexts * batch.context_size], "int32");
  const normalized = family.forward(o, config, tokens, hook);
  return { o, normalized, W_U: o.weight(family.unembedding(config)) };
}

/**
 * ONNX Runtime shares a product [rows, k] · [k, columns] out by columns when there are more of them than rows,
 * 16 at a time. A thread that gets 64 or fewer sums over k in longer stretches than the others would, and rounds
 * otherwise; one that gets 80 does not.
 */
function mostThreads(config: ModelConfig, { contexts, context_size }: Batch): number {
  const { d_model, d_mlp, d_vocab } = config;
  const shared = [d_model, 3 * d_model, d_mlp].filter(
    (columns) => columns > contexts * context_size,
  );
  return Math.max(1, Math.floor(Math.min(d_vocab, ...shared) / 80));
}
