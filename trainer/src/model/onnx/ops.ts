import { type Ops, rotaryTables, type Sizes } from "../ops.ts";
import type { OnnxGraph, Value } from "./graph.ts";

/**
 * Builds the forward pass as ONNX nodes. Weights are inputs of the graph: it stays small, and the runtime
 * makes no copy of them.
 */
export function onnxOps(
  graph: OnnxGraph,
  weights: Map<string, number[]>,
  { contexts, context_size, n_heads, n_kv_heads, d_head }: Sizes,
): Ops<Value> {
  const node = graph.node.bind(graph);
  const reshape = (x: Value, ...shape: number[]) => node("Reshape", [x, graph.ints(shape)]);
  const transpose = (x: Value, ...perm: number[]) => node("Transpose", [x], { perm });
  const split = (x: Value, ...sizes: number[]) =>
    graph.nodes("Split", [x, graph.ints(sizes)], sizes.length, { axis: -1 });
  const concat = (...xs: Value[]) => node("Concat", xs, { axis: -1 });
  const multiply = (x: Value, y: Value) => node("Mul", [x, y]);
  const cut = new Map<string, Value[]>();

  return {
    weight: (name) => {
      const shape = weights.get(name);
      if (!shape) throw new Error(`the forward pass reads an undeclared weight: ${name}`);
      return graph.input(name, shape);
    },
    gather: (table, ids) => node("Gather", [table, ids]),
    positions: (table) => {
      const ids = Array.from({ length: contexts * context_size }, (_, i) => i % context_size);
      return node("Gather", [table, graph.ints(ids)]);
    },
    linear: (x, W, b) => node("Gemm", b === undefined ? [x, W] : [x, W, b], { transB: 1 }),
    project: (x, W, b) => node("Gemm", b === undefined ? [x, W] : [x, W, b]),
    add: (x, y) => node("Add", [x, y]),
    multiply,
    scale: multiply,
    layerNorm: (x, gain, bias, eps) =>
      node("LayerNormalization", [x, gain, bias], { axis: -1, epsilon: { float: eps } }),
    rmsNorm: (x, eps) => {
      const mean = node("ReduceMean", [multiply(x, x), graph.ints([-1])]);
      return node("Div", [x, node("Sqrt", [node("Add", [mean, graph.constant(eps)])])]);
    },
    gelu: (x) => node("Gelu", [x]),
    geluTanh: (x) => node("Gelu", [x], { approximate: "tanh" }),
    silu: (x) => multiply(x, node("Sigmoid", [x])),

    heads: (x, count) => transpose(reshape(x, contexts, context_size, count, -1), 0, 2, 1, 3),
    part: (x, part, parts) => {
      const key = `${x} ${parts}`;
      const values =
        cut.get(key) ?? graph.nodes("Split", [x], parts, { axis: -1, num_outputs: parts });
      cut.set(key, values);
      return values[part];
    },

    rotate: (x, frequencies) => {
      const r = frequencies.length;
      if (r === 0) return x;
      const table = (part: "cos" | "sin") =>
        graph.once(`${part} ${frequencies}`, () =>
          graph.constant({
            shape: [context_size, r],
            data: rotaryTables(context_size, frequencies)[part],
          }),
        );
      const [cos, sin] = [table("cos"), table("sin")];
      const [a, b, ...rest] = split(x, r, r, ...(2 * r < d_head ? [d_head - 2 * r] : []));
      return concat(
        node("Sub", [multiply(a, cos), multiply(b, sin)]),
        node("Add", [multiply(b, cos), multiply(a, sin)]),
        ...rest,
      );
    },

    attend: (q, k, v) => {
      const mask = graph.once("mask", () =>
        graph.constant({ shape: [context_size, context_size], data: causalMask(context_size) }),
      );
      // one key serves a group of neighbouring heads: the group is a dimension that it is stretched over
      const group = n_heads / n_kv_heads;
      const grouped = (x: Value, size: number) =>
        group === 1 ? x : reshape(x, contexts, n_kv_heads, size, context_size, d_head);
      const last = group === 1 ? 3 : 4;
      const keys = transpose(grouped(k, 1), ...swapped(last));
      const scaled = multiply(grouped(q, group), graph.constant(1 / Math.sqrt(d_head)));
      const scores = node("Add", [node("MatMul", [scaled, keys]), mask]);
      const z = node("MatMul", [node("Softmax", [scores], { axis: -1 }), grouped(v, 1)]);
      const perHead = group === 1 ? z : reshape(z, contexts, n_heads, context_size, d_head);
      return reshape(transpose(perHead, 0, 2, 1, 3), contexts * context_size, n_heads * d_head);
    },
  };
}

/** The order of dimensions in which the last two, `last` and the one before, have changed places. */
function swapped(last: number): number[] {
  return [...Array(last - 1).keys(), last, last - 1];
}

/** 0 where row i may see column j ≤ i, and so low elsewhere that the softmax gives exactly 0. */
function causalMask(n: number): Float32Array {
  const mask = new Float32Array(n * n);
  for (let i = 0; i < n; i++) mask.fill(-1e9, i * n + i + 1, (i + 1) * n);
  return mask;
}
