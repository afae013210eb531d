import { BundleError } from "../bundle/index.ts";
import { itemBytes } from "../bundle/safetensors-header.ts";
import type { StoredTensor } from "./foreign.ts";
import { type Dtype, isNumberDtype, readNumbers } from "./numbers.ts";
import type { ReadAt } from "./read-at.ts";

export type View = {
  /** what it is, for messages */
  what: string;
  dtype: Dtype;
  shape: number[];
  /** steps from one number to the next along each dimension, in numbers */
  strides: number[];
  /** numbers before the first */
  offset: number;
  isBigEndian: boolean;
  place: () => { read: ReadAt; at: number };
};

/**
 * A tensor whose numbers lie in any order among others. Whoever makes it has checked that none lies outside of its
 * place.
 */
export function storedView(view: View): StoredTensor {
  const { what, dtype, shape, strides, offset, isBigEndian, place } = view;
  return {
    dtype,
    shape: [...shape],
    read: () => {
      if (!isNumberDtype(dtype))
        throw new BundleError(
          `${what}: dtype ${dtype}, which is not read (expected F32, F16, BF16 or F64)`,
        );
      const numbers = shape.reduce((a, b) => a * b, 1);
      if (numbers === 0) return { shape: [...shape], data: new Float32Array(0) };
      const { read, at } = place();
      const span = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], 1);
      const from = at + offset * itemBytes[dtype];
      const data = readNumbers(read, dtype, { offset: from, count: span, isBigEndian });
      return {
        shape: [...shape],
        data: isDense(shape, strides) ? data : gathered(data, shape, strides),
      };
    },
  };
}

/** Whether numbers lie row after row without gaps. */
function isDense(shape: number[], strides: number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false;
    step *= shape[i];
  }
  return true;
}

/** out[i, j, …] = data[i · strides[0] + j · strides[1] + …] */
function gathered(data: Float32Array, shape: number[], strides: number[]): Float32Array {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const index = new Array<number>(shape.length).fill(0);
  const last = shape.length - 1;
  let from = 0;
  for (let at = 0; at < out.length; ) {
    for (let i = 0; i < shape[last]; i++) out[at++] = data[from + i * strides[last]];
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
