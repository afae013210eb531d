import { decimal, float, index, long, quoted, rawUnicode, utf8Line } from "./arguments.ts";
import { allowed, call } from "./globals.ts";
import type { Machine } from "./machine.ts";
import { setNumpyState } from "./numpy.ts";
import { isKind, nameOf, type Value } from "./value.ts";

type Opcode = { name: string; run(machine: Machine): void };

const MAX_NAME = 500;
const PROTOCOL = 5;

/** All instructions of protocols 0 to 5 by their byte (CPython's Lib/pickletools.py), but STOP. */
const table: [string, string, (m: Machine) => void][] = [
  ["\x80", "PROTO", protocol],
  ["\x95", "FRAME", (m) => void m.cursor.uint64()],
  ["(", "MARK", (m) => m.mark()],
  ["0", "POP", (m) => void (m.isAtMark ? m.popMark() : m.pop())],
  ["1", "POP_MARK", (m) => void m.popMark()],
  ["2", "DUP", (m) => m.push(m.top())],

  ["N", "NONE", (m) => m.push(null)],
  ["\x88", "NEWTRUE", (m) => m.push(true)],
  ["\x89", "NEWFALSE", (m) => m.push(false)],
  ["K", "BININT1", (m) => m.push(m.cursor.byte())],
  ["M", "BININT2", (m) => m.push(m.cursor.uint16())],
  ["J", "BININT", (m) => m.push(m.cursor.int32())],
  ["I", "INT", (m) => m.push(decimal(m, true))],
  ["L", "LONG", (m) => m.push(decimal(m, false))],
  ["\x8a", "LONG1", (m) => m.push(long(m, m.cursor.byte()))],
  ["\x8b", "LONG4", (m) => m.push(long(m, m.cursor.uint32()))],
  ["G", "BINFLOAT", (m) => m.push(m.cursor.take(8).readDoubleBE())],
  ["F", "FLOAT", (m) => m.push(float(m))],

  ["S", "STRING", (m) => m.push(quoted(m))],
  ["U", "SHORT_BINSTRING", (m) => m.push(m.text(m.cursor.byte()).toString("latin1"))],
  ["T", "BINSTRING", (m) => m.push(m.text(m.cursor.uint32()).toString("latin1"))],
  ["V", "UNICODE", (m) => m.push(rawUnicode(m))],
  ["\x8c", "SHORT_BINUNICODE", (m) => m.push(m.text(m.cursor.byte()).toString("utf8"))],
  ["X", "BINUNICODE", (m) => m.push(m.text(m.cursor.uint32()).toString("utf8"))],
  ["\x8d", "BINUNICODE8", (m) => m.push(m.text(m.cursor.uint64()).toString("utf8"))],
  ["C", "SHORT_BINBYTES", (m) => bytes(m, m.cursor.byte())],
  ["B", "BINBYTES", (m) => bytes(m, m.cursor.uint32())],
  ["\x8e", "BINBYTES8", (m) => bytes(m, m.cursor.uint64())],
  ["\x96", "BYTEARRAY8", (m) => bytes(m, m.cursor.uint64())],
  ["\x97", "NEXT_BUFFER", outside],
  ["\x98", "READONLY_BUFFER", outside],

  ["]", "EMPTY_LIST", (m) => m.push(m.made({ kind: "list", items: [] }))],
  ["l", "LIST", (m) => m.push(m.made({ kind: "list", items: m.popMark() }))],
  ["a", "APPEND", (m) => append(m, [m.pop()])],
  ["e", "APPENDS", (m) => append(m, m.popMark())],
  [")", "EMPTY_TUPLE", (m) => m.push(m.made({ kind: "tuple", items: [] }))],
  ["t", "TUPLE", (m) => m.push(m.made({ kind: "tuple", items: m.popMark() }))],
  ["\x85", "TUPLE1", (m) => tuple(m, 1)],
  ["\x86", "TUPLE2", (m) => tuple(m, 2)],
  ["\x87", "TUPLE3", (m) => tuple(m, 3)],
  ["}", "EMPTY_DICT", (m) => m.push(m.made({ kind: "dict", entries: new Map() }))],
  ["d", "DICT", dictionary],
  ["s", "SETITEM", (m) => setItems(m, [m.pop(), m.pop()].reverse())],
  ["u", "SETITEMS", (m) => setItems(m, m.popMark())],
  ["\x8f", "EMPTY_SET", (m) => m.push(m.made({ kind: "set", items: [] }))],
  ["\x90", "ADDITEMS", addItems],
  ["\x91", "FROZENSET", (m) => m.push(m.made({ kind: "set", items: m.popMark() }))],

  ["g", "GET", (m) => m.recall(index(m))],
  ["h", "BINGET", (m) => m.recall(m.cursor.byte())],
  ["j", "LONG_BINGET", (m) => m.recall(m.cursor.uint32())],
  ["p", "PUT", (m) => m.remember(index(m), m.top())],
  ["q", "BINPUT", (m) => m.remember(m.cursor.byte(), m.top())],
  ["r", "LONG_BINPUT", (m) => m.remember(m.cursor.uint32(), m.top())],
  ["\x94", "MEMOIZE", (m) => m.remember(m.memo.size, m.top())],

  ["c", "GLOBAL", (m) => global(m, `${utf8Line(m)}.${utf8Line(m)}`)],
  ["\x93", "STACK_GLOBAL", stackGlobal],
  ["R", "REDUCE", reduce],
  ["b", "BUILD", build],
  ["\x81", "NEWOBJ", newObject],
  ["\x92", "NEWOBJ_EX", newObjectEx],
  ["i", "INST", instance],
  ["o", "OBJ", object],
  ["P", "PERSID", (m) => m.push(m.persistent(utf8Line(m), m))],
  ["Q", "BINPERSID", (m) => m.push(m.persistent(m.pop(), m))],
  ["\x82", "EXT1", extension],
  ["\x83", "EXT2", extension],
  ["\x84", "EXT4", extension],
];

export const opcodes: readonly (Opcode | undefined)[] = (() => {
  const all: (Opcode | undefined)[] = new Array(256).fill(undefined);
  for (const [code, name, run] of table) all[code.charCodeAt(0)] = { name, run };
  return all;
})();

function protocol(m: Machine): void {
  const version = m.cursor.byte();
  if (version > PROTOCOL) throw m.error(`protocol ${version}, expected at most ${PROTOCOL}`);
}

/** They stay where they are. */
function bytes(m: Machine, length: number): void {
  const { read, at } = m.cursor;
  m.cursor.skip(length);
  m.push(m.made({ kind: "bytes", read, at, length }));
}

function outside(m: Machine): void {
  throw m.error("numbers outside of the file (pickle it without buffer_callback)");
}

function extension(m: Machine): void {
  throw m.error("a class by its number in a registry, which is refused (expected its name)");
}

function append(m: Machine, items: Value[]): void {
  const list = m.top();
  if (!isKind(list, "list")) throw m.error(`items for ${nameOf(list)}, expected a list`);
  for (const item of items) list.items.push(item);
}

function addItems(m: Machine): void {
  const items = m.popMark();
  const set = m.top();
  if (!isKind(set, "set")) throw m.error(`items for ${nameOf(set)}, expected a set`);
  for (const item of items) set.items.push(item);
}

function tuple(m: Machine, length: 1 | 2 | 3): void {
  const items: Value[] = [];
  for (let i = 0; i < length; i++) items.unshift(m.pop());
  m.push(m.made({ kind: "tuple", items }));
}

function dictionary(m: Machine): void {
  const items = m.popMark();
  m.push(m.made({ kind: "dict", entries: new Map() }));
  setItems(m, items);
}

function setItems(m: Machine, items: Value[]): void {
  const dict = m.top();
  if (!isKind(dict, "dict")) throw m.error(`keys for ${nameOf(dict)}, expected a dictionary`);
  for (let i = 0; i < items.length; i += 2) m.set(dict, items[i], items[i + 1]);
}

function global(m: Machine, name: string): void {
  if (name.length > MAX_NAME) throw m.error(`a name of ${name.length} characters`);
  const node = m.made({ kind: "global", name, at: m.at });
  if (!allowed(name)) throw m.refuse("it names", node);
  m.push(node);
}

function stackGlobal(m: Machine): void {
  const [name, module] = [m.pop(), m.pop()];
  if (typeof name !== "string" || typeof module !== "string")
    throw m.error("a global whose name is no text");
  if (module.length > MAX_NAME) throw m.error(`a name of ${module.length} characters`);
  global(m, `${module}.${name}`);
}

function reduce(m: Machine): void {
  const [args, callee] = [m.pop(), m.pop()];
  m.push(call(m, callee, args));
}

function newObject(m: Machine): void {
  const [args, named] = [m.pop(), m.pop()];
  create(m, named, isKind(args, "tuple") ? args.items : [args]);
}

function newObjectEx(m: Machine): void {
  const [named, args, cls] = [m.pop(), m.pop(), m.pop()];
  const isPlain = isKind(named, "dict") && named.entries.size === 0;
  create(m, cls, isKind(args, "tuple") && isPlain ? args.items : [args]);
}

function instance(m: Machine): void {
  global(m, `${utf8Line(m)}.${utf8Line(m)}`);
  const cls = m.pop();
  create(m, cls, m.popMark());
}

function object(m: Machine): void {
  const [cls, ...args] = m.popMark();
  create(m, cls, args);
}

/** An object of a known class, or of a builtin that is a container. */
function create(m: Machine, cls: Value | undefined, args: Value[]): void {
  if (!isKind(cls, "global")) throw m.refuse("it makes an object of", cls);
  const entry = allowed(cls.name);
  if (entry === "class" && args.length === 0)
    m.push(m.made({ kind: "object", name: cls.name, state: null }));
  else if (typeof entry === "function") m.push(entry(args, m, cls));
  else throw m.refuse("it makes an object of", cls);
}

/** Gives an object its state; what a container of Python's own has beside its items is left aside. */
function build(m: Machine): void {
  const state = m.pop();
  const node = m.top();
  if (isKind(node, "object")) {
    if (node.state !== null) throw m.error(`${node.name}: its state twice`);
    node.state = state;
  } else if (isKind(node, "dtype") || isKind(node, "array")) setNumpyState(node, state, m);
  else if (!isKind(node, "dict")) throw m.refuse("it gives a state to", node);
}
