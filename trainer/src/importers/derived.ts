import type { Tensor } from "../tensor/tensor.ts";
import type { StoredTensor } from "./foreign.ts";

export function isOne({ shape }: StoredTensor): boolean {
  return shape.every((size) => size === 1);
}

/** A tensor whose numbers are worked out of the stored ones when they are read. */
export function derived(tensor: StoredTensor, change: (stored: Tensor) => Tensor): StoredTensor {
  return { ...tensor, read: () => change(tensor.read()) };
}

export function eachNumber(tensor: StoredTensor, change: (value: number) => number): StoredTensor {
  return derived(tensor, ({ shape, data }) => ({
    shape,
    data: data.map((value) => change(value)),
  }));
}

/** Systems that apply ReLU before the threshold have none below 0. */
export function afterRelu(threshold: StoredTensor): StoredTensor {
  return eachNumber(threshold, (value) => (value < 0 ? 0 : value));
}
