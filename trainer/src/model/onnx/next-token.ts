import type { Batch, Ops } from "../ops.ts";
import type { OnnxGraph, Value } from "./graph.ts";
import type { Provider } from "./provider.ts";

/**
 * Logits are computed for so many tokens at a time (52 MB at Pythia's vocabulary): [tokens, d_vocab] is never
 * whole beyond that. Fewer would read W_U too often, more are no faster.
 */
export const LOGIT_ROWS = 256;

export type NextTokenSizes = Batch & { d_model: number; d_vocab: number };

/**
 * Next-token losses at positions 0 … context_size − 2, from ln_f(x):
 *
 *     log p = log_softmax(ln_f(x) · W_U)
 *     ce[i] = −log p[i, tokens[i + 1]]
 */
export function nextTokenLosses(
  graph: OnnxGraph,
  o: Ops<Value>,
  W_U: Value,
  sizes: NextTokenSizes,
  provider: Provider,
) {
  const predictions = sizes.contexts * (sizes.context_size - 1);
  const blockSizes = blocks(predictions, LOGIT_ROWS);
  const splitRows = (x: Value) =>
    graph.nodes("Split", [x, graph.ints(blockSizes)], blockSizes.length, { axis: 0 });
  const targets = splitRows(graph.input("targets", [predictions, 1], "int32"));
  const join = (parts: Value[]) => graph.node("Concat", parts, { axis: 0 });
  const ceOf = (logP: Value, block: number) =>
    graph.node("Neg", [graph.node("GatherElements", [logP, targets[block]], { axis: 1 })]);
  const predicting = (normalized: Value) => splitRows(withoutLast(graph, normalized, sizes));
  const logSoftmax = (normalized: Value) => {
    const logits = o.linear(normalized, W_U);
    return provider === "webgpu"
      ? composedLogSoftmax(graph, logits)
      : graph.node("LogSoftmax", [logits], { axis: -1 });
  };

  return {
    ce: (normalized: Value): Value =>
      join(predicting(normalized).map((rows, block) => ceOf(logSoftmax(rows), block))),

    /** Both losses, and KL(p ‖ q) = Σ p · (log p − log q), from ln_f of x and of x̂. */
    compare: (normalized: Value, normalizedHat: Value) => {
      const hatRows = predicting(normalizedHat);
      const parts = predicting(normalized).map((rows, block) => {
        const [logP, logQ] = [logSoftmax(rows), logSoftmax(hatRows[block])];
        const terms = [graph.node("Exp", [logP]), graph.node("Sub", [logP, logQ])];
        const kl = graph.node("ReduceSum", [graph.node("Mul", terms), graph.ints([1])]);
        return { ce_x: ceOf(logP, block), ce_xHat: ceOf(logQ, block), kl };
      });
      return {
        ce_x: join(parts.map((part) => part.ce_x)),
        ce_xHat: join(parts.map((part) => part.ce_xHat)),
        kl: join(parts.map((part) => part.kl)),
      };
    },
  };
}

/** z − max z − log Σ exp(z − max z), for a provider that has no LogSoftmax and would leave it to the processor */
function composedLogSoftmax(graph: OnnxGraph, logits: Value): Value {
  const reduced = (type: string, x: Value) => graph.node(type, [x, graph.ints([1])]);
  const shifted = graph.node("Sub", [logits, reduced("ReduceMax", logits)]);
  const sum = reduced("ReduceSum", graph.node("Exp", [shifted]));
  return graph.node("Sub", [shifted, graph.node("Log", [sum])]);
}

/** [contexts · context_size, d_model] → [contexts · (context_size − 1), d_model] */
function withoutLast(graph: OnnxGraph, x: Value, sizes: NextTokenSizes): Value {
  const { contexts, context_size, d_model } = sizes;
  const shape = (...dimensions: number[]) => graph.ints(dimensions);
  const perContext = graph.node("Reshape", [x, shape(contexts, context_size, d_model)]);
  const [first] = graph.nodes("Split", [perContext, shape(context_size - 1, 1)], 2, { axis: 1 });
  return graph.node("Reshape", [first, shape(contexts * (context_size - 1), d_model)]);
}

function blocks(total: number, size: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) =>
    Math.min(size, total - i * size),
  );
}
