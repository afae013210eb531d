import { rotaryTables, type Sizes } from "../ops.ts";
import type { OnnxGraph, Value } from "./graph.ts";

/** Attention's operations, by what a provider has; head tensors have a layout of their own in each. */
export type AttentionOps = {
  /** [n, count · width] → head tensor */
  heads(x: Value, count: number, width: number): Value;
  rotate(x: Value, count: number, frequencies: Float32Array): Value;
  attend(q: Value, k: Value, v: Value): Value;
};

/**
 * ONNX's own operators (since opset 23). A head tensor is [contexts, context_size, heads · width]: heads are
 * told apart within the operators, which copy nothing for it.
 */
export function fusedAttention(
  graph: OnnxGraph,
  sizes: Omit<Sizes, "contexts">,
  positions: Value,
): AttentionOps {
  const { context_size, n_heads, n_kv_heads, d_head } = sizes;
  const reshape = (x: Value, ...shape: number[]) => graph.node("Reshape", [x, graph.ints(shape)]);
  const perContext = () =>
    graph.once("positions per context", () =>
      reshape(graph.node("Cast", [positions], { to: 7 }), -1, context_size),
    );
  return {
    heads: (x, count, width) => reshape(x, -1, context_size, count * width),
    rotate: (x, num_heads, frequencies) => {
      const tables = rotaryConstants(graph, context_size, frequencies);
      const rotary_embedding_dim = 2 * frequencies.length;
      return graph.node("RotaryEmbedding", [x, ...tables, perContext()], {
        num_heads,
        rotary_embedding_dim,
      });
    },
    attend: (q, k, v) => {
      const upTo = (x: Value, last: number) =>
        last === context_size
          ? x
          : graph.node("Slice", [x, ...[0, last, 1].map((n) => graph.ints([n]))]);
      const blocks = queryBlocks(context_size);
      const counts = graph.ints(blocks.map(({ first, last }) => last - first));
      const queries = graph.nodes("Split", [q, counts], blocks.length, { axis: 1 });
      const z = blocks.map(({ first, last }, i) => {
        const inputs = [queries[i], upTo(k, last), upTo(v, last), causalMask(graph, first, last)];
        const heads = { q_num_heads: n_heads, kv_num_heads: n_kv_heads };
        return graph.node("Attention", inputs, heads);
      });
      return reshape(graph.node("Concat", z, { axis: 1 }), -1, n_heads * d_head);
    },
  };
}

/**
 * The runtime computes scores of keys that a query may not see, too. So queries are answered in blocks, each by the
 * keys up to its last: a third of the time at 1,024 tokens is saved, a tenth at 128. More blocks, or smaller ones,
 * would copy keys too often.
 */
function queryBlocks(context_size: number): { first: number; last: number }[] {
  const size = Math.max(64, Math.ceil(context_size / 8));
  return Array.from({ length: Math.ceil(context_size / size) }, (_, i) => ({
    first: i * size,
    last: Math.min((i + 1) * size, context_size),
  }));
}

/** Written out in operations that every provider has. A head tensor is [contexts, heads, context_size, width]. */
export function plainAttention(graph: OnnxGraph, sizes: Omit<Sizes, "contexts">): AttentionOps {
  const { context_size, n_heads, n_kv_heads, d_head } = sizes;
  const node = graph.node.bind(graph);
  const reshape = (x: Value, ...shape: number[]) => node("Reshape", [x, graph.ints(shape)]);
  const transpose = (x: Value, ...perm: number[]) => node("Transpose", [x], { perm });
  const split = (x: Value, ...sizes: number[]) =>
    graph.nodes("Split", [x, graph.ints(sizes)], sizes.length, { axis: -1 });
  const multiply = (x: Value, y: Value) => node("Mul", [x, y]);

  return {
    heads: (x, count, width) => transpose(reshape(x, -1, context_size, count, width), 0, 2, 1, 3),

    rotate: (x, _count, frequencies) => {
      const r = frequencies.length;
      const [cos, sin] = rotaryConstants(graph, context_size, frequencies);
      const [a, b, ...rest] = split(x, r, r, ...(2 * r < d_head ? [d_head - 2 * r] : []));
      const turned = [
        node("Sub", [multiply(a, cos), multiply(b, sin)]),
        node("Add", [multiply(b, cos), multiply(a, sin)]),
      ];
      return node("Concat", [...turned, ...rest], { axis: -1 });
    },

    attend: (q, k, v) => {
      const mask = causalMask(graph, 0, context_size);
      // one key serves a group of neighbouring heads: the group is a dimension that it is stretched over
      const group = n_heads / n_kv_heads;
      const grouped = (x: Value, size: number) =>
        group === 1 ? x : reshape(x, -1, n_kv_heads, size, context_size, d_head);
      const last = group === 1 ? 3 : 4;
      const keys = transpose(grouped(k, 1), ...swapped(last));
      const scaled = multiply(grouped(q, group), graph.constant(1 / Math.sqrt(d_head)));
      const scores = node("Add", [node("MatMul", [scaled, keys]), mask]);
      const z = node("MatMul", [node("Softmax", [scores], { axis: -1 }), grouped(v, 1)]);
      const perHead = group === 1 ? z : reshape(z, -1, n_heads, context_size, d_head);
      return reshape(transpose(perHead, 0, 2, 1, 3), -1, n_heads * d_head);
    },
  };
}

function rotaryConstants(
  graph: OnnxGraph,
  context_size: number,
  frequencies: Float32Array,
): [cos: Value, sin: Value] {
  const table = (part: "cos" | "sin") =>
    graph.once(`${part} ${frequencies}`, () =>
      graph.constant({
        shape: [context_size, frequencies.length],
        data: rotaryTables(context_size, frequencies)[part],
      }),
    );
  return [table("cos"), table("sin")];
}

/** The order of dimensions in which the last two, `last` and the one before, have changed places. */
function swapped(last: number): number[] {
  return [...Array(last - 1).keys(), last, last - 1];
}

/** For queries from `first` to before `last`: 0 where one may see a key, and so low elsewhere that the softmax gives exactly 0. */
function causalMask(graph: OnnxGraph, first: number, last: number): Value {
  return graph.once(`mask ${first} ${last}`, () => {
    const data = new Float32Array((last - first) * last);
    for (let i = first; i < last; i++)
      data.fill(-1e9, (i - first) * last + i + 1, (i - first + 1) * last);
    return graph.constant({ shape: [last - first, last], data });
  });
}
