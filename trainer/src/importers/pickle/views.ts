import type { Machine } from "./machine.ts";
import { type ArrayNode, isCount, nameOf, type Storage, toCounts, type Value } from "./value.ts";

const MAX_DIMENSIONS = 32;
/** A view may name more numbers than its storage has, when it repeats them; so many at most. */
const MAX_REPEATED = 1 << 24;

type View = {
  storage: Storage;
  offset: Value | undefined;
  shape: Value | undefined;
  strides: Value | undefined;
};

/** A view on a storage, of which no number may lie outside of it. */
export function arrayOf(
  m: Machine,
  what: string,
  { storage, offset, shape, strides }: View,
): ArrayNode {
  const { dtype, key } = storage;
  const sizes = toCounts(shape, MAX_DIMENSIONS);
  const steps = toCounts(strides, MAX_DIMENSIONS);
  if (!dtype) throw m.error(`${what}: storage ${nameOf(key)} of no dtype`);
  if (!isCount(offset) || !sizes || !steps || steps.length !== sizes.length)
    throw m.error(
      `${what}: offset, shape and strides are ${nameOf(offset)}, ${listed(shape)} and ${listed(strides)} (expected whole numbers, none below 0)`,
    );
  const node: ArrayNode = {
    kind: "array",
    dtype,
    code: dtype,
    shape: sizes,
    strides: steps,
    offset,
    storage,
  };
  checkView(m, what, node, storage.count);
  return m.made(node);
}

function checkView(m: Machine, what: string, node: ArrayNode, count: number): void {
  const { shape, strides, offset } = node;
  const numbers = product(shape);
  const last = shape.reduce((at, size, i) => at + (size - 1) * strides[i], offset);
  const text = `[${shape.join(", ")}], strides [${strides.join(", ")}] and offset ${offset}`;
  if (!Number.isSafeInteger(numbers))
    throw m.error(`${what}: shape ${text}, which no file can hold`);
  if (numbers === 0) return;
  if (last >= count)
    throw m.error(`${what}: shape ${text} reach number ${last} of a storage of ${count}`);
  if (numbers > Math.max(count, MAX_REPEATED))
    throw m.error(
      `${what}: shape ${text} repeat the ${count} numbers of a storage ${numbers} times`,
    );
}

export function product(shape: number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
}

function listed(value: Value | undefined): string {
  const counts = toCounts(value, MAX_DIMENSIONS);
  return counts ? `[${counts.join(", ")}]` : nameOf(value);
}
