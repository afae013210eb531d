import type { BundleError } from "../../bundle/index.ts";
import type { Cursor } from "./cursor.ts";
import { opcodes } from "./opcodes.ts";
import { type Dict, isKind, type Node, nameOf, type Value } from "./value.ts";

/** What a pickle may cost; real ones stay far below. */
const MAX_STEPS = 5_000_000;
const MAX_STACK = 1_000_000;
const MAX_NODES = 200_000;
const MAX_TEXT = 1 << 26;
const MAX_LINE = 1 << 16;

/** Makes the value of a persistent id; torch's name the storages. */
export type Persistent = (id: Value, machine: Machine) => Value;

/**
 * Runs a pickle: a program for a stack machine that names classes and functions of Python and calls them. Here the
 * calls that make tensors and plain containers have counterparts in `globals.ts`, and all others are refused.
 */
export class Machine {
  readonly cursor: Cursor;
  readonly persistent: Persistent;
  stack: Value[] = [];
  memo = new Map<number, Value>();
  /** the byte of the instruction that runs */
  at = 0;
  #marks: number[] = [];
  #nodes = 0;
  #steps = 0;
  #text = 0;

  constructor(cursor: Cursor, persistent: Persistent) {
    this.cursor = cursor;
    this.persistent = persistent;
  }

  /** The value of the pickle that begins at the cursor, which is left behind it. */
  run(): Value {
    for (;;) {
      this.at = this.cursor.at;
      this.spend(1);
      const code = this.cursor.byte();
      if (code === STOP) break;
      const opcode = opcodes[code];
      if (!opcode) throw this.error(`no instruction of a pickle: ${code}`);
      opcode.run(this);
      if (this.stack.length > MAX_STACK) throw this.error(`more than ${MAX_STACK} values at once`);
    }
    const value = this.pop();
    if (this.stack.length > 0 || this.#marks.length > 0)
      throw this.error("it ends with values left over");
    return value;
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  pop(): Value {
    if (this.stack.length <= (this.#marks.at(-1) ?? 0)) throw this.error("a value is missing");
    return this.stack.pop() as Value;
  }

  top(): Value {
    if (this.stack.length <= (this.#marks.at(-1) ?? 0)) throw this.error("a value is missing");
    return this.stack[this.stack.length - 1];
  }

  mark(): void {
    if (this.#marks.push(this.stack.length) > MAX_STACK) throw this.error("too many marks");
  }

  popMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.error("a mark is missing");
    return this.stack.splice(mark);
  }

  /** Whether the last mark is on top: POP takes it away then. */
  get isAtMark(): boolean {
    return this.#marks.at(-1) === this.stack.length;
  }

  /** Counts what is made, so that no small file makes a million objects. */
  made<N extends Node>(node: N): N {
    if (++this.#nodes > MAX_NODES) throw this.error(`more than ${MAX_NODES} objects`);
    return node;
  }

  /** Counts instructions, and items that one of them copies. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw this.error(`more than ${MAX_STEPS} instructions`);
  }

  text(length: number): Buffer {
    this.copied(length);
    return this.cursor.take(length);
  }

  /** Up to the end of the line, without it. */
  line(): Buffer {
    const line = this.cursor.line(MAX_LINE);
    this.copied(line.length);
    return line;
  }

  remember(index: number, value: Value): void {
    if (this.memo.size >= MAX_STACK) throw this.error(`more than ${MAX_STACK} values to remember`);
    this.memo.set(index, value);
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.error(`value ${index} was never remembered`);
    this.push(value);
  }

  set({ entries }: Dict, key: Value | undefined, value: Value | undefined): void {
    if (key === undefined || value === undefined) throw this.error("a key without a value");
    if (entries.has(key)) throw this.error(`the key ${nameOf(key)} twice in one dictionary`);
    entries.set(key, value);
  }

  /** Counts text that is held: that of the file, and what a call makes another copy of. */
  copied(length: number): void {
    this.#text += length;
    if (this.#text > MAX_TEXT) throw this.error(`more than ${MAX_TEXT} bytes of text`);
  }

  error(what: string, at = this.at): BundleError {
    return this.cursor.error(what, at);
  }

  /** What is not one of those that are known, named, with where. */
  refuse(what: string, value: Value | undefined): BundleError {
    const at = isKind(value, "global") ? value.at : this.at;
    return this.error(
      `${what} ${nameOf(value)}, which is refused (${EXPECTED}); nothing was run`,
      at,
    );
  }
}

const STOP = 0x2e;
const EXPECTED =
  "expected tensors, plain containers and dictionaries of known classes; a state_dict alone is nothing else";
