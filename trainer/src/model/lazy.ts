import type { Ops } from "./ops.ts";

/** An interpreter that computes at once. */
export type EagerOps<T> = Ops<T> & {
  /** No operation asks for x again; its memory may serve another. */
  release(x: T): void;
};

/** A value not yet computed. */
export type Lazy<T> = {
  inputs: Lazy<T>[];
  compute: (inputs: T[]) => T;
  value: T | undefined;
  /** how many operations still ask for it */
  uses: number;
  /** weights and inputs: whoever made them releases them */
  isKept: boolean;
};

/**
 * The operations of `o`, noted down instead of computed, so that a forward pass can be written out whole and
 * `evaluate` does only what the wanted values need.
 */
export function lazyOps<T>(o: EagerOps<T>): Ops<Lazy<T>> {
  const lazily =
    <Rest extends unknown[]>(compute: (x: T, ...rest: Rest) => T) =>
    (x: Lazy<T>, ...rest: Rest) =>
      later([x], ([value]) => compute(value, ...rest));
  const ofTwo = (compute: (x: T, y: T) => T) => (x: Lazy<T>, y: Lazy<T>) =>
    later([x, y], ([a, b]) => compute(a, b));
  const withBias = (compute: (x: T, W: T, b?: T) => T) => (x: Lazy<T>, W: Lazy<T>, b?: Lazy<T>) =>
    later(b ? [x, W, b] : [x, W], ([a, c, d]) => compute(a, c, d));
  return {
    weight: (name) => given(() => o.weight(name)),
    gather: ofTwo(o.gather),
    positions: lazily(o.positions),
    linear: withBias(o.linear),
    project: withBias(o.project),
    add: ofTwo(o.add),
    multiply: ofTwo(o.multiply),
    scale: ofTwo(o.scale),
    layerNorm: (x, gain, bias, eps) =>
      later([x, gain, bias], ([a, b, c]) => o.layerNorm(a, b, c, eps)),
    rmsNorm: lazily(o.rmsNorm),
    gelu: lazily(o.gelu),
    geluTanh: lazily(o.geluTanh),
    silu: lazily(o.silu),
    heads: lazily(o.heads),
    part: lazily(o.part),
    rotate: lazily(o.rotate),
    attend: (q, k, v) => later([q, k, v], ([a, b, c]) => o.attend(a, b, c)),
  };
}

/** A value that is there already, or can be had. */
export function given<T>(get: () => T): Lazy<T> {
  return { ...later([], get), isKept: true };
}

function later<T>(inputs: Lazy<T>[], compute: (inputs: T[]) => T): Lazy<T> {
  return { inputs, compute, value: undefined, uses: 0, isKept: false };
}

/**
 * The wanted values, in order. Each operation that they need is done once; what nobody asks for any more is
 * released, and the wanted are the caller's to release.
 */
export function evaluate<T>(wanted: Lazy<T>[], o: EagerOps<T>): T[] {
  for (const node of wanted) countUse(node);
  return wanted.map((node) => compute(node, o));
}

function countUse<T>(node: Lazy<T>): void {
  if (node.uses++ === 0) for (const input of node.inputs) countUse(input);
}

function compute<T>(node: Lazy<T>, o: EagerOps<T>): T {
  if (node.value === undefined) {
    node.value = node.compute(node.inputs.map((input) => compute(input, o)));
    for (const input of node.inputs) {
      if (--input.uses > 0 || input.isKept) continue;
      o.release(input.value as T);
      input.value = undefined;
    }
  }
  return node.value;
}
