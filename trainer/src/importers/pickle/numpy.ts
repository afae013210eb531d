import { itemBytes } from "../../bundle/safetensors-header.ts";
import type { Dtype } from "../numbers.ts";
import type { Builder } from "./globals.ts";
import type { Machine } from "./machine.ts";
import { readScalar } from "./scalar.ts";
import {
  type ArrayNode,
  type Bytes,
  isKind,
  type Node,
  nameOf,
  toCounts,
  type Value,
} from "./value.ts";
import { arrayOf, product } from "./views.ts";

/** Numpy's codes of numbers: kind and bytes of each. */
const dtypes: Record<string, Dtype> = {
  b1: "BOOL",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  f2: "F16",
  f4: "F32",
  f8: "F64",
};

/** "<f4" and the like: how numbers lie, or null for what are none (text, objects, records). */
export function parseDtype(code: string): { dtype: Dtype; isBigEndian: boolean } | null {
  const [, order, kind] = /^([<>|=]?)(\w\d)$/.exec(code) ?? [];
  if (kind === undefined || !Object.hasOwn(dtypes, kind)) return null;
  return { dtype: dtypes[kind], isBigEndian: order === ">" };
}

/** How numpy pickles its dtypes, scalars and arrays. */
export const numpyBuilders: Record<string, Builder> = {
  "numpy.dtype": ([code], m) => {
    const parsed = typeof code === "string" ? parseDtype(code) : null;
    return m.made({
      kind: "dtype",
      code: nameOf(code),
      dtype: null,
      isBigEndian: false,
      ...parsed,
    });
  },
  "numpy._core.multiarray.scalar": ([type, bytes], m) => {
    const { dtype, isBigEndian } = numberType(m, type);
    if (!isKind(bytes, "bytes") || bytes.length !== itemBytes[dtype])
      throw m.error(`a number of ${nameOf(bytes)}, expected ${itemBytes[dtype]} bytes of ${dtype}`);
    const own = new Uint8Array(bytes.length);
    bytes.read(own, bytes.at);
    return readScalar(m, own, dtype, isBigEndian);
  },
  // an array whose shape, dtype and numbers BUILD gives
  "numpy._core.multiarray._reconstruct": ([cls], m) => {
    if (!isKind(cls, "global") || cls.name !== "numpy.ndarray")
      throw m.refuse("it makes an array of", cls);
    const place = () => {
      throw m.error("an array without numbers");
    };
    const storage = { key: "", dtype: null, count: 0, isBigEndian: false, place };
    return m.made({
      kind: "array",
      dtype: null,
      code: "",
      shape: [],
      strides: [],
      offset: 0,
      storage,
    });
  },
  "numpy._core.numeric._frombuffer": ([bytes, type, shape, order], m) =>
    arrayFrom(m, { bytes, type, shape, isFortran: order === "F" }),
};

/** What BUILD gives a dtype (its byte order) or an array that `_reconstruct` made. */
export function setNumpyState(
  node: Extract<Node, { kind: "dtype" | "array" }>,
  state: Value,
  m: Machine,
): void {
  const items = isKind(state, "tuple") ? state.items : [];
  if (node.kind === "dtype") {
    const [, order, ...rest] = items;
    if (rest.slice(0, 3).some((part) => part !== null))
      throw m.error(`a dtype with fields, which is not read (expected plain numbers)`);
    node.isBigEndian = order === ">";
    return;
  }
  if (node.code !== "") throw m.refuse("it gives a state to", node);
  const [shape, type, isFortran, bytes] = items.slice(-4);
  Object.assign(node, arrayFrom(m, { bytes, type, shape, isFortran: isFortran === true }));
}

type Given = {
  bytes: Value | undefined;
  type: Value | undefined;
  shape: Value | undefined;
  isFortran: boolean;
};

function arrayFrom(m: Machine, { bytes, type, shape, isFortran }: Given): ArrayNode {
  const { dtype, isBigEndian } = numberType(m, type);
  const sizes = toCounts(shape, 32);
  if (!sizes || !isKind(bytes, "bytes"))
    throw m.error(`an array of ${nameOf(shape)} and ${nameOf(bytes)}, expected a shape and bytes`);
  const expected = product(sizes) * itemBytes[dtype];
  if (bytes.length !== expected)
    throw m.error(
      `an array of shape [${sizes.join(", ")}] and dtype ${dtype} with ${bytes.length} bytes, expected ${expected}`,
    );
  const strides = stridesOf(sizes, isFortran);
  const { read, at } = bytes as Bytes;
  const storage = {
    key: "",
    dtype,
    count: product(sizes),
    isBigEndian,
    place: () => ({ read, at }),
  };
  const tuple = (items: number[]) => ({ kind: "tuple" as const, items });
  return arrayOf(m, "array", {
    storage,
    offset: 0,
    shape: tuple(sizes),
    strides: tuple(strides),
  });
}

/** Steps, in numbers, of an array without gaps: rows first, or in Fortran's order columns first. */
export function stridesOf(shape: number[], isFortran: boolean): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = 0; i < shape.length; i++) {
    const axis = isFortran ? i : shape.length - 1 - i;
    strides[axis] = step;
    step *= Math.max(shape[axis], 1);
  }
  return strides;
}

function numberType(m: Machine, type: Value | undefined): { dtype: Dtype; isBigEndian: boolean } {
  if (isKind(type, "dtype") && type.dtype !== null)
    return { dtype: type.dtype, isBigEndian: type.isBigEndian };
  const found = isKind(type, "dtype") ? type.code : nameOf(type);
  throw m.error(`an array of dtype ${found}, which is not read (expected numbers)`);
}
