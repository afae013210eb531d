import type { Ops, Sizes } from "../ops.ts";
import type { OnnxGraph, Value } from "./graph.ts";
import type { Provider } from "./provider.ts";

/**
 * Logits are computed for so many tokens at a time (52 MB at Pythia's vocabulary): [tokens, d_vocab] is never
 * whole beyond that. From 64 to 512 all are as fast.
 */
export const LOGIT_ROWS = 256;

/** [contexts · context_size, d_model] → the rows that predict a token: [contexts · (context_size − 1), d_model] */
export function predictingRows(
  graph: OnnxGraph,
  x: Value,
  { context_size, d_model }: Pick<Sizes, "context_size"> & { d_model: number },
): Value {
  const shape = (...dimensions: number[]) => graph.ints(dimensions);
  const perContext = graph.node("Reshape", [x, shape(-1, context_size, d_model)]);
  const [first] = graph.nodes("Split", [perContext, shape(context_size - 1, 1)], 2, { axis: 1 });
  return graph.node("Reshape", [first, shape(-1, d_model)]);
}

/**
 * Next-token losses, from the rows of ln_f(x) and the tokens that follow, [rows, 1]:
 *
 *     log p = log_softmax(ln_f(x) · W_U)
 *     ce[i] = −log p[i, targets[i]]
 */
export function nextTokenLosses(graph: OnnxGraph, o: Ops<Value>, W_U: Value, provider: Provider) {
  const targets = graph.input("targets", ["rows", 1], "int32");
  const ceOf = (logP: Value) =>
    graph.node("Neg", [graph.node("GatherElements", [logP, targets], { axis: 1 })]);
  const logSoftmax = (normalized: Value) => {
    const logits = o.linear(normalized, W_U);
    return provider === "webgpu"
      ? composedLogSoftmax(graph, logits)
      : graph.node("LogSoftmax", [logits], { axis: -1 });
  };

  return {
    ce: (normalized: Value): Value => ceOf(logSoftmax(normalized)),

    /** Both losses, and KL(p ‖ q) = Σ p · (log p − log q), from ln_f of x and of x̂. */
    compare: (normalized: Value, normalizedHat: Value) => {
      const [logP, logQ] = [logSoftmax(normalized), logSoftmax(normalizedHat)];
      const terms = [graph.node("Exp", [logP]), graph.node("Sub", [logP, logQ])];
      const kl = graph.node("ReduceSum", [graph.node("Mul", terms), graph.ints([1])]);
      return { ce_x: ceOf(logP), ce_xHat: ceOf(logQ), kl };
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
