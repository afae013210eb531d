import { parse, relative } from "node:path";
import type { Tensor } from "../../tensor/tensor.ts";
import type { StoredTensor } from "../weights.ts";
import { bytesOf, Message } from "./protobuf.ts";

/** The name of a value in a graph. */
export type Value = string;
export type ElementType = keyof typeof elementTypes;
type Attribute = number | number[] | string | { float: number };
type Constant = { shape: number[]; data: Float32Array | BigInt64Array };
/** A dimension with a name may differ from run to run. */
type Shape = (number | string)[];

export type BuiltModel = {
  bytes: Uint8Array;
  inputs: string[];
  /** where the paths of stored tensors begin */
  root: string;
  /** what is handed over beside the bytes, under the paths that the bytes name */
  given: { path: string; data: Float32Array }[];
};

/** Numbers of onnx.proto (TensorProto.DataType and DataLocation, AttributeProto.AttributeType). */
const elementTypes = { float32: 1, int32: 6, int64: 7 } as const;
const storedTypes = { F32: 1, F16: 10, BF16: 16 } as const;
const EXTERNAL = 1;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;
const IR_VERSION = 10;

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
    const { shape, data } =
      typeof value === "number" ? { shape: [], data: Float32Array.of(value) } : value;
    const name = this.#name();
    const type = data instanceof Float32Array ? "float32" : "int64";
    const message = new Message();
    for (const size of shape) message.int(1, size);
    message.int(2, elementTypes[type]).string(8, name).bytes(9, bytesOf(data));
    this.#constants.set(name, message);
    return name;
  }

  /** A tensor of a file, which the runtime reads. */
  stored(name: string, { path, dtype, shape, offset, bytes }: StoredTensor): Value {
    this.#root = parse(path).root;
    const location = relative(this.#root, path);
    return this.#external(name, storedTypes[dtype], shape, { location, offset, length: bytes });
  }

  /** A large tensor, which the runtime is handed. */
  given(name: string, { shape, data }: Tensor): Value {
    this.#given.push({ path: name, data });
    const place = { location: name, offset: 0, length: data.byteLength };
    return this.#external(name, elementTypes.float32, shape, place);
  }

  #external(
    name: string,
    type: number,
    shape: number[],
    place: Record<string, string | number>,
  ): Value {
    const message = new Message();
    for (const size of shape) message.int(1, size);
    message.int(2, type).string(8, name);
    for (const [key, value] of Object.entries(place))
      message.message(13, new Message().string(1, key).string(2, `${value}`));
    this.#constants.set(name, message.int(14, EXTERNAL));
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
    const message = new Message();
    for (const input of inputs) message.string(1, input);
    for (const output of outputs) message.string(2, output);
    message.string(4, type);
    for (const [name, value] of Object.entries(attributes))
      message.message(5, attribute(name, value));
    this.#nodes.push({ inputs, outputs, message });
    return outputs;
  }

  /** The model's bytes, and the inputs that these outputs need. Each output is [name, value]. */
  build(outputs: [name: string, value: Value][]): BuiltModel {
    for (const [name, value] of outputs)
      this.#nodes.push({
        inputs: [value],
        outputs: [name],
        message: new Message().string(1, value).string(2, name).string(4, "Identity"),
      });
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
    const bytes = new Message()
      .int(1, IR_VERSION)
      .string(2, "dictionary-hub")
      .message(7, graph)
      .message(8, new Message().string(1, "").int(2, this.#opset))
      .encode();
    return { bytes, inputs, root: this.#root, given: this.#given };
  }

  #name(): Value {
    return `v${this.#values++}`;
  }
}

function valueInfo(name: string, type: ElementType, shape?: Shape): Message {
  const tensor = new Message().int(1, elementTypes[type]);
  if (shape) {
    const dimensions = new Message();
    for (const size of shape)
      dimensions.message(
        1,
        typeof size === "number" ? new Message().int(1, size) : new Message().string(2, size),
      );
    tensor.message(2, dimensions);
  }
  return new Message().string(1, name).message(2, new Message().message(1, tensor));
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, attributeTypes.int);
  if (typeof value === "string") return message.string(4, value).int(20, attributeTypes.string);
  if (Array.isArray(value)) {
    for (const n of value) message.int(8, n);
    return message.int(20, attributeTypes.ints);
  }
  return message.float(2, value.float).int(20, attributeTypes.float);
}
