import type { ModelConfig } from "./config.ts";
import { hookWidth } from "./hook-names.ts";
import { neox, neoxWeights, unembedding } from "./neox.ts";
import { nextTokenLosses } from "./next-token.ts";
import { OnnxGraph, type Value } from "./onnx-graph.ts";
import { onnxOps } from "./onnx-ops.ts";
import type { Hook } from "./ops.ts";

/** The shape of a batch of tokens: `contexts` rows of `context_size`. */
export type Batch = { contexts: number; context_size: number };

export type Built = {
  graph: OnnxGraph;
  outputs: [name: string, value: Value][];
  /** with more than these, the results' last bits would depend on how many there are */
  most_threads?: number;
};

/** The graph from tokens to the named hooks, and no further; "logits" are after the last of them. */
export function hooksGraph(config: ModelConfig, batch: Batch, names: string[]): Built {
  const graph = new OnnxGraph();
  const seen = new Map<string, Value>();
  const { o, normalized, W_U } = forward(graph, config, batch, (name, x) => {
    seen.set(name, x);
    return x;
  });
  seen.set("logits", o.linear(normalized, W_U));
  const outputs = names.map((name): [string, Value] => [name, seen.get(name) as Value]);
  return { graph, outputs, most_threads: mostThreads(config, batch) };
}

/** The graph from one hook on to the losses, with input `patched` in the hook's place. */
export function spliceGraph(config: ModelConfig, batch: Batch, hook_name: string): Built {
  const graph = new OnnxGraph();
  const { o, normalized, W_U } = forwardFrom(graph, config, batch, hook_name, "patched");
  const head = nextTokenLosses(graph, o, W_U, { ...batch, ...config });
  const outputs: Built["outputs"] = [["ce", head.ce(normalized)]];
  return { graph, outputs, most_threads: mostThreads(config, batch) };
}

/** The graph from one hook on, run twice, with inputs `x` and `xHat` in the hook's place. */
export function compareGraph(config: ModelConfig, batch: Batch, hook_name: string): Built {
  const graph = new OnnxGraph();
  const { o, normalized, W_U } = forwardFrom(graph, config, batch, hook_name, "x");
  const hat = forwardFrom(graph, config, batch, hook_name, "xHat");
  const head = nextTokenLosses(graph, o, W_U, { ...batch, ...config });
  const outputs = Object.entries(head.compare(normalized, hat.normalized));
  return { graph, outputs, most_threads: mostThreads(config, batch) };
}

function forwardFrom(
  graph: OnnxGraph,
  config: ModelConfig,
  batch: Batch,
  hook_name: string,
  input: string,
) {
  const shape = [batch.contexts * batch.context_size, hookWidth(hook_name, config)];
  return forward(graph, config, batch, (name, x) =>
    name === hook_name ? graph.input(input, shape) : x,
  );
}

function forward(graph: OnnxGraph, config: ModelConfig, batch: Batch, hook: Hook<Value>) {
  const o = onnxOps(graph, neoxWeights(config), { ...batch, ...config });
  const tokens = graph.input("tokens", [batch.contexts * batch.context_size], "int32");
  const normalized = neox(o, config, tokens, hook);
  return { o, normalized, W_U: o.weight(unembedding(config)) };
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
