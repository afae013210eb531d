import { parse, relative } from "node:path";
import type { Tensor } from "../../tensor/tensor.ts";
import type { StoredTensor } from "../weights.ts";
import {
  type Attribute,
  type Constant,
  type ElementType,
  externalTensor,
  heldTensor,
  modelMessage,
  nodeMessage,
  type Shape,
  valueInfo,
} from "./messages.ts";
import { Message } from "./protobuf.ts";

/** The name of a value in a graph. */
export type Value = string;

export type BuiltModel = {
  bytes: Uint8Array;
  inputs: string[];
  /** where the paths of stored tensors begin */
  root: string;
  /** what is handed over beside the bytes, under the paths that the bytes name */
  given: { path: string; data: Float32Array }[];
};

/**
 * An ONNX graph being built. Nodes may be added freely: only what the asked outputs need is written,
 * since ONNX Runtime computes every node of a graph whether its result is fetched or not.
 */
export class OnnxGraph {
  #inputs = new Map<Value, Message>();
  #constants = new Map<Value, Message>();
  #nodes: { inputs: Value[]; outputs: Value[]; message: Message }[] = [];
  #shared = new Map<string, Value>();
  #values = 0;
  #opset: number;
  #root = "/";
  #given: BuiltModel["given"] = [];

  /** `opset`: the version of ONNX's operators. */
  constructor(opset = 20) {
    this.#opset = opset;
  }

  /** A value fed at each run; asking twice for one name gives the same value. */
  input(name: string, shape: Shape, type: ElementType = "float32"): Value {
    this.#inputs.set(name, valueInfo(name, type, shape));
    return name;
  }

  /** A number, or a tensor, that is part of the graph. */
  constant(value: number | Constant): Value {
    const name = this.#name();
    const held = typeof value === "number" ? { shape: [], data: Float32Array.of(value) } : value;
    this.#constants.set(name, heldTensor(name, held));
    return name;
  }

  /** A tensor of a file, which the runtime reads. */
  stored(name: string, { path, dtype, shape, offset, bytes }: StoredTensor): Value {
    this.#root = parse(path).root;
    const location = relative(this.#root, path);
    const place = { dtype, location, offset, length: bytes };
    this.#constants.set(name, externalTensor(name, shape, place));
    return name;
  }

  /** A large tensor, which the runtime is handed. */
  given(name: string, { shape, data }: Tensor): Value {
    this.#given.push({ path: name, data });
    const place = { dtype: "F32", location: name, offset: 0, length: data.byteLength } as const;
    this.#constants.set(name, externalTensor(name, shape, place));
    return name;
  }

  /** A list of whole numbers, as shapes, axes and split sizes are given. */
  ints(values: number[]): Value {
    return this.once(`ints ${values}`, () =>
      this.constant({ shape: [values.length], data: BigInt64Array.from(values, BigInt) }),
    );
  }

  /** The value made under this key; made only the first time. */
  once(key: string, make: () => Value): Value {
    const value = this.#shared.get(key) ?? make();
    this.#shared.set(key, value);
    return value;
  }

  node(type: string, inputs: Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.nodes(type, inputs, 1, attributes)[0];
  }

  /** A node of several outputs. */
  nodes(
    type: string,
    inputs: Value[],
    outputCount: number,
    attributes: Record<string, Attribute> = {},
  ): Value[] {
    const outputs = Array.from({ length: outputCount }, () => this.#name());
    const message = nodeMessage(type, inputs, outputs, attributes);
    this.#nodes.push({ inputs, outputs, message });
    return outputs;
  }

  /** The model's bytes, and the inputs that these outputs need. Each output is [name, value]. */
  build(outputs: [name: string, value: Value][]): BuiltModel {
    for (const [name, value] of outputs) {
      const message = nodeMessage("Identity", [value], [name]);
      this.#nodes.push({ inputs: [value], outputs: [name], message });
    }
    const needed = new Set(outputs.map(([name]) => name));
    const nodes = this.#nodes.toReversed().filter((node) => {
      const isNeeded = node.outputs.some((output) => needed.has(output));
      if (isNeeded) for (const input of node.inputs) needed.add(input);
      return isNeeded;
    });

    const graph = new Message();
    for (const { message } of nodes.reverse()) graph.message(1, message);
    graph.string(2, "graph");
    for (const [name, message] of this.#constants) if (needed.has(name)) graph.message(5, message);
    const inputs = [...this.#inputs.keys()].filter((name) => needed.has(name));
    for (const name of inputs) graph.message(11, this.#inputs.get(name) as Message);
    for (const [name] of outputs) graph.message(12, valueInfo(name, "float32"));
    const bytes = modelMessage(graph, this.#opset).encode();
    return { bytes, inputs, root: this.#root, given: this.#given };
  }

  #name(): Value {
    return `v${this.#values++}`;
  }
}
