import { BundleError } from "../../bundle/index.ts";
import type { StoredTensor, TensorFile } from "../foreign.ts";
import { storedView } from "../stored-view.ts";
import { isKind, type Node, nameOf, type Value } from "./value.ts";

const MAX_DEPTH = 64;
const MAX_VISITS = 500_000;
/** Of names and values, one text counted each time that it stands there. */
const MAX_TEXT = 1 << 24;

/**
 * The tensors within a value by their dotted names, and beside them what holds none. What refers to itself is refused,
 * and so is what a few references make endless.
 */
export function flatten(value: Value, where: string): TensorFile {
  const file: TensorFile = { tensors: new Map(), values: new Map() };
  const state = { where, visits: 0, text: 0, holds: new Map<Node, boolean>() };
  enter(value, "", 0, file, state);
  return file;
}

type State = { where: string; visits: number; text: number; holds: Map<Node, boolean> };

function enter(value: Value, name: string, depth: number, file: TensorFile, state: State): void {
  count(state, depth);
  countText(state, name);
  const { where } = state;
  if (isKind(value, "array")) add(file.tensors, name, toStored(value, `${where}: ${name}`), where);
  else if (name !== "" && !holdsTensor(value, depth, state))
    add(file.values, name, toPlain(value, depth, state), where);
  else
    for (const [key, inner] of partsOf(value, state)) {
      const dotted = name === "" ? key : `${name}.${key}`;
      enter(inner, dotted, depth + 1, file, state);
    }
}

function add<T>(to: Map<string, T>, name: string, value: T, where: string): void {
  if (to.has(name))
    throw new BundleError(`${where}: two things are called ${JSON.stringify(name)}`);
  to.set(name, value);
}

function count(state: State, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new BundleError(`${state.where}: nested more than ${MAX_DEPTH} deep`);
  if (++state.visits > MAX_VISITS)
    throw new BundleError(`${state.where}: more than ${MAX_VISITS} values within one another`);
}

function countText(state: State, text: string): void {
  state.text += text.length;
  if (state.text > MAX_TEXT)
    throw new BundleError(`${state.where}: more than ${MAX_TEXT} characters of names and values`);
}

function holdsTensor(value: Value, depth: number, state: State): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value.kind === "array") return true;
  const known = state.holds.get(value);
  if (known !== undefined) return known;
  count(state, depth);
  state.holds.set(value, false);
  const holds = partsOf(value, state).some(([, part]) => holdsTensor(part, depth + 1, state));
  state.holds.set(value, holds);
  return holds;
}

/** Names and values of what lies in a container or an object. */
function partsOf(value: Value, { where }: State): [string, Value][] {
  if (typeof value !== "object" || value === null) return [];
  if (value.kind === "list" || value.kind === "tuple" || value.kind === "set")
    return value.items.map((item, at) => [String(at), item]);
  if (value.kind === "dict")
    return [...value.entries].map(([key, inner]) => [keyOf(key, where), inner]);
  if (value.kind !== "object") return [];
  const { name, state } = value;
  const own: [string, Value][] = [["__class__", name]];
  // with slots, a state is a pair of dictionaries
  for (const part of isKind(state, "tuple") ? state.items : [state]) {
    if (part === null) continue;
    if (!isKind(part, "dict"))
      throw new BundleError(
        `${where}: the state of ${name} is ${nameOf(part)}, expected a dictionary`,
      );
    for (const [key, inner] of part.entries) own.push([keyOf(key, where), inner]);
  }
  return own;
}

function keyOf(key: Value, where: string): string {
  if (typeof key === "string") return key;
  if (key === null || typeof key !== "object") return nameOf(key);
  throw new BundleError(`${where}: a key that is ${nameOf(key)}, expected text or a number`);
}

function toPlain(value: Value, depth: number, state: State): unknown {
  count(state, depth);
  if (typeof value === "string") countText(state, value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value.kind === "global") return value.name;
  if (value.kind === "dtype") return value.code;
  if (value.kind === "bytes") return `${value.length} bytes`;
  if (value.kind === "storage") return `a storage of ${value.storage.count} numbers`;
  const parts = partsOf(value, state).map(([key, inner]): [string, unknown] => [
    key,
    toPlain(inner, depth + 1, state),
  ]);
  if (value.kind === "dict" || value.kind === "object") {
    const record = new Map<string, unknown>();
    for (const [key, inner] of parts) {
      countText(state, key);
      add(record, key, inner, state.where);
    }
    return Object.fromEntries(record);
  }
  return parts.map(([, inner]) => inner);
}

function toStored(
  { dtype, shape, strides, offset, storage }: Extract<Node, { kind: "array" }>,
  what: string,
): StoredTensor {
  if (dtype === null) throw new BundleError(`${what}: an array without numbers`);
  return storedView({
    what,
    dtype,
    shape,
    strides,
    offset,
    isBigEndian: storage.isBigEndian,
    place: storage.place,
  });
}
