import type { OnnxGraph, Value } from "./onnx-graph.ts";
import { type Ops, rotaryTables, type Sizes } from "./ops.ts";

/**
 * Builds the forward pass as ONNX nodes. Weights are inputs of the graph: it stays small, and the runtime
 * makes no copy of them.
 */
export function onnxOps(
  graph: OnnxGraph,
  weights: Map<string, number[]>,
  { contexts, context_size, n_heads, d_head }: Sizes,
): Ops<Value> {
  const node = graph.node.bind(graph);
  const constant = (shape: number[], data: Float32Array) => graph.constant({ shape, data });
  const reshape = (x: Value, ...shape: number[]) => node("Reshape", [x, graph.ints(shape)]);
  const transpose = (x: Value, ...perm: number[]) => node("Transpose", [x], { perm });
  const split = (x: Value, ...sizes: number[]) =>
    graph.nodes("Split", [x, graph.ints(sizes)], sizes.length, { axis: -1 });
  const concat = (...xs: Value[]) => node("Concat", xs, { axis: -1 });
  const multiply = (x: Value, y: Value) => node("Mul", [x, y]);

  return {
    weight: (name) => {
      const shape = weights.get(name);
      if (!shape) throw new Error(`the forward pass reads an undeclared weight: ${name}`);
      return graph.input(name, shape);
    },
    gather: (table, ids) => node("Gather", [table, ids]),
    linear: (x, W, b) => node("Gemm", b === undefined ? [x, W] : [x, W, b], { transB: 1 }),
    add: (x, y) => node("Add", [x, y]),
    layerNorm: (x, gain, bias, eps) =>
      node("LayerNormalization", [x, gain, bias], { axis: -1, epsilon: { float: eps } }),
    gelu: (x) => node("Gelu", [x]),

    splitHeads: (x, parts) => {
      const sizes = Array.from({ length: parts }, () => d_head);
      const perHead = reshape(x, contexts, context_size, n_heads, parts * d_head);
      return split(perHead, ...sizes).map((part) => transpose(part, 0, 2, 1, 3));
    },

    rotate: (x, dim, base) => {
      if (dim === 0) return x;
      const table = (part: "cos" | "sin") =>
        graph.once(`${part} ${dim} ${base}`, () =>
          constant([context_size, dim], rotaryTables(context_size, dim, base)[part]),
        );
      const [turned, rest] = dim < d_head ? split(x, dim, d_head - dim) : [x];
      const [a, b] = split(turned, dim / 2, dim / 2);
      const quarterTurned = concat(node("Neg", [b]), a);
      const rotated = node("Add", [
        multiply(turned, table("cos")),
        multiply(quarterTurned, table("sin")),
      ]);
      return rest === undefined ? rotated : concat(rotated, rest);
    },

    attend: (q, k, v) => {
      const mask = graph.once("mask", () =>
        constant([context_size, context_size], causalMask(context_size)),
      );
      const scaled = multiply(q, graph.constant(1 / Math.sqrt(d_head)));
      const scores = node("Add", [node("MatMul", [scaled, transpose(k, 0, 1, 3, 2)]), mask]);
      const z = node("MatMul", [node("Softmax", [scores], { axis: -1 }), v]);
      return reshape(transpose(z, 0, 2, 1, 3), contexts * context_size, n_heads * d_head);
    },
  };
}

/** 0 where row i may see column j ≤ i, and so low elsewhere that the softmax gives exactly 0. */
function causalMask(n: number): Float32Array {
  const mask = new Float32Array(n * n);
  for (let i = 0; i < n; i++) mask.fill(-1e9, i * n + i + 1, (i + 1) * n);
  return mask;
}
