import { bytesOf, Message } from "./protobuf.ts";

export type ElementType = keyof typeof elementTypes;
/** A dimension with a name may differ from run to run. */
export type Shape = (number | string)[];
export type Attribute = number | number[] | string | { float: number };
export type Constant = { shape: number[]; data: Float32Array | BigInt64Array };
/** Where numbers lie outside of the message, and as what. */
export type Place = {
  dtype: keyof typeof storedTypes;
  location: string;
  offset: number;
  length: number;
};

/** Numbers of onnx.proto (TensorProto.DataType and DataLocation, AttributeProto.AttributeType). */
const elementTypes = { float32: 1, int32: 6, int64: 7 } as const;
const storedTypes = { F32: 1, F16: 10, BF16: 16 } as const;
const EXTERNAL = 1;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;
const IR_VERSION = 10;

/** A TensorProto that holds its numbers. */
export function heldTensor(name: string, { shape, data }: Constant): Message {
  const type = data instanceof Float32Array ? "float32" : "int64";
  return dimensions(shape).int(2, elementTypes[type]).string(8, name).bytes(9, bytesOf(data));
}

/** A TensorProto that says where its numbers lie. */
export function externalTensor(name: string, shape: number[], place: Place): Message {
  const { dtype, ...rest } = place;
  const message = dimensions(shape).int(2, storedTypes[dtype]).string(8, name);
  for (const [key, value] of Object.entries(rest))
    message.message(13, new Message().string(1, key).string(2, `${value}`));
  return message.int(14, EXTERNAL);
}

/** A NodeProto. */
export function nodeMessage(
  type: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, Attribute> = {},
): Message {
  const message = new Message();
  for (const input of inputs) message.string(1, input);
  for (const output of outputs) message.string(2, output);
  message.string(4, type);
  for (const [name, value] of Object.entries(attributes))
    message.message(5, attribute(name, value));
  return message;
}

/** A ValueInfoProto; without a shape it may have any. */
export function valueInfo(name: string, type: ElementType, shape?: Shape): Message {
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

/** A ModelProto around a GraphProto. */
export function modelMessage(graph: Message, opset: number): Message {
  return new Message()
    .int(1, IR_VERSION)
    .string(2, "dictionary-hub")
    .message(7, graph)
    .message(8, new Message().string(1, "").int(2, opset));
}

function dimensions(shape: number[]): Message {
  const message = new Message();
  for (const size of shape) message.int(1, size);
  return message;
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
