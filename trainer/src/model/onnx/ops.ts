import type { Ops, Sizes } from "../ops.ts";
import type { Weights } from "../weights.ts";
import { fusedAttention, plainAttention } from "./attention.ts";
import type { OnnxGraph, Value } from "./graph.ts";
import { Products } from "./products.ts";
import type { Provider } from "./provider.ts";

/** Of TensorProto.DataType, for Cast. */
const FLOAT32 = 1;

/**
 * Builds the forward pass as ONNX nodes. Weights are constants that the runtime reads from the model's files, makes
 * float32 and packs for its products when the session is made: nothing of them passes through JavaScript.
 */
export function onnxOps(
  graph: OnnxGraph,
  weights: Pick<Weights, "stored">,
  sizes: Omit<Sizes, "contexts">,
  provider: Provider,
): Ops<Value> {
  const node = graph.node.bind(graph);
  const multiply = (x: Value, y: Value) => node("Mul", [x, y]);
  const isFused = provider === "cpu";
  const positions = graph.input("positions", ["n"], "int32");
  const attention = isFused
    ? fusedAttention(graph, sizes, positions)
    : plainAttention(graph, sizes);

  const read = new Map<Value, { stored: Value; shape: number[] }>();
  const shapeOf = (weight: Value) => read.get(weight)?.shape as [number, number];
  const products = new Products(graph);
  const headsOf = new Map<Value, { x: Value; count: number }>();
  const rmsNorms = new Map<Value, { x: Value; eps: number }>();

  /** Rows of a table stay as they are stored until they are taken out; GPUs may know no such numbers. */
  const rows = (table: Value, ids: Value) => {
    const stored = (provider === "cpu" && read.get(table)?.stored) || table;
    const taken = node("Gather", [stored, ids]);
    return stored === table ? taken : node("Cast", [taken], { to: FLOAT32 });
  };
  const heads = (x: Value, count: number) => {
    const value = attention.heads(x, count, products.width(x) / count);
    headsOf.set(value, { x, count });
    return value;
  };

  return {
    weight: (name) =>
      graph.once(`weight ${name}`, () => {
        const tensor = weights.stored(name);
        const stored = graph.stored(name, tensor);
        const value = tensor.dtype === "F32" ? stored : node("Cast", [stored], { to: FLOAT32 });
        read.set(value, { stored, shape: tensor.shape });
        return value;
      }),
    gather: rows,
    positions: (table) => rows(table, positions),
    linear: (x, W, b) => products.make({ x, W, b, shape: shapeOf(W), transB: 1 }),
    project: (x, W, b) => products.make({ x, W, b, shape: shapeOf(W), transB: 0 }),
    add: (x, y) => node("Add", [x, y]),
    multiply,
    layerNorm: (x, gain, bias, eps) =>
      node("LayerNormalization", [x, gain, bias], { axis: -1, epsilon: { float: eps } }),
    rmsNorm: (x, eps) => {
      const mean = node("ReduceMean", [multiply(x, x), graph.ints([-1])]);
      const norm = node("Sqrt", [node("Add", [mean, graph.constant(eps)])]);
      const normalized = node("Div", [x, norm]);
      rmsNorms.set(normalized, { x, eps });
      return normalized;
    },
    scale: (x, gain) => {
      const norm = isFused && rmsNorms.get(x);
      if (!norm) return multiply(x, gain);
      return node("RMSNormalization", [norm.x, gain], { axis: -1, epsilon: { float: norm.eps } });
    },
    gelu: (x) => node("Gelu", [x]),
    geluTanh: (x) => node("Gelu", [x], { approximate: "tanh" }),
    silu: (x) => multiply(x, node("Sigmoid", [x])),

    heads,
    part: (x, part, parts) => {
      const headed = headsOf.get(x);
      if (!headed) return products.part(x, part, parts, 1);
      return heads(products.part(headed.x, part, parts, headed.count), headed.count);
    },
    rotate: (x, frequencies) => {
      const { count } = headsOf.get(x) as { count: number };
      return frequencies.length === 0 ? x : attention.rotate(x, count, frequencies);
    },
    attend: attention.attend,
  };
}
