import type { Dtype } from "../numbers.ts";
import type { ReadAt } from "../read-at.ts";

/** What a pickle can hold here. Nothing of it is ever called: an object of a class is its name and its state. */
export type Value = null | boolean | number | bigint | string | Node;

export type Node =
  | { kind: "list"; items: Value[] }
  | { kind: "tuple"; items: Value[] }
  | { kind: "set"; items: Value[] }
  | Dict
  | Bytes
  /** a class, a function or a constant by its dotted name, with where in the file it is named */
  | { kind: "global"; name: string; at: number }
  | { kind: "object"; name: string; state: Value }
  | { kind: "dtype"; dtype: Dtype | null; code: string; isBigEndian: boolean }
  | { kind: "storage"; storage: Storage }
  | ArrayNode;

export type Dict = { kind: "dict"; entries: Map<Value, Value> };

/** Bytes that stay where they are until somebody reads them. */
export type Bytes = { kind: "bytes"; read: ReadAt; at: number; length: number };

/** A tensor of torch or an array of numpy: a view on numbers that lie elsewhere, with steps counted in numbers. */
export type ArrayNode = {
  kind: "array";
  dtype: Dtype | null;
  /** as its own system calls the dtype */
  code: string;
  shape: number[];
  strides: number[];
  offset: number;
  storage: Storage;
};

/** Numbers of one dtype in a row, which several tensors may share. */
export type Storage = {
  key: string;
  /** null: bytes of any */
  dtype: Dtype | null;
  /** numbers, or bytes when there is no dtype */
  count: number;
  isBigEndian: boolean;
  /** where it lies, which the older format says after all else */
  place: () => { read: ReadAt; at: number };
};

export function isKind<K extends Node["kind"]>(
  value: Value | undefined,
  kind: K,
): value is Extract<Node, { kind: K }> {
  return typeof value === "object" && value !== null && value.kind === kind;
}

/** What it is, for messages. */
export function nameOf(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value !== "object") return String(value);
  if (value.kind === "global" || value.kind === "object") return value.name.slice(0, 100);
  return value.kind === "array" ? "an array" : `a ${value.kind}`;
}

/** Whole numbers, none below 0, from a tuple, a list or a torch.Size. */
export function toCounts(value: Value | undefined, most: number): number[] | null {
  if (!isKind(value, "tuple") && !isKind(value, "list")) return null;
  const { items } = value;
  return items.length <= most && items.every(isCount) ? (items as number[]) : null;
}

export function isCount(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
