import type { Weights } from "../weights.ts";
import type { Addon, Machine, PackedWeight } from "./addon.ts";

/** A model's weights as the kernels read them: those that are multiplied with, packed once, outside of JavaScript's memory. */
export type NativeWeights = {
  shape(name: string): number[];
  /** biases, gains, tables */
  plain(name: string): Float32Array;
  /** W stored [in, out], or [out, in] when `isTransposed` */
  packed(name: string, isTransposed: boolean): PackedWeight;
  free(): void;
};

export function nativeWeights(
  addon: Addon,
  machine: Machine,
  weights: Pick<Weights, "get" | "read">,
  shapes: Map<string, number[]>,
): NativeWeights {
  const packed = new Map<string, PackedWeight>();
  const shape = (name: string) => shapes.get(name) as number[];
  return {
    shape,
    plain: (name) => weights.get(name).data,
    packed(name, isTransposed) {
      const [rows, columns] = shape(name);
      const found =
        packed.get(name) ??
        (isTransposed
          ? addon.pack(machine, weights.read(name).data, columns, rows, 1)
          : addon.pack(machine, weights.read(name).data, rows, columns, 0));
      packed.set(name, found);
      return found;
    },
    free() {
      for (const weight of packed.values()) addon.free(weight);
      packed.clear();
    },
  };
}
