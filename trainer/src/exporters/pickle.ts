/** What a pickle of a state_dict is made of. */
export type Pickled =
  | string
  | number
  | boolean
  | { tuple: Pickled[] }
  /** a class or function by its dotted name */
  | { global: [module: string, name: string] }
  /** what a call of it gives */
  | { call: Pickled; with: Pickled[] }
  /** an OrderedDict */
  | { dict: [string, Pickled][] }
  /** what the reader finds by this id: torch's storages */
  | { persistent: Pickled };

/** A pickle (protocol 2), with nothing memoised: each value is written where it stands. */
export function pickle(value: Pickled): Uint8Array {
  const out: number[] = [0x80, 2];
  write(value, out);
  out.push(op("."));
  return Uint8Array.from(out);
}

const orderedDict: Pickled = { global: ["collections", "OrderedDict"] };

function write(value: Pickled, out: number[]): void {
  if (typeof value === "string") {
    const text = new TextEncoder().encode(value);
    out.push(op("X"), ...int32(text.length), ...text);
  } else if (typeof value === "number") writeInt(value, out);
  else if (typeof value === "boolean") out.push(value ? 0x88 : 0x89);
  else if ("tuple" in value) {
    out.push(op("("));
    for (const item of value.tuple) write(item, out);
    out.push(op("t"));
  } else if ("global" in value)
    out.push(op("c"), ...new TextEncoder().encode(`${value.global.join("\n")}\n`));
  else if ("persistent" in value) {
    write(value.persistent, out);
    out.push(op("Q"));
  } else if ("call" in value) {
    write(value.call, out);
    write({ tuple: value.with }, out);
    out.push(op("R"));
  } else {
    write({ call: orderedDict, with: [] }, out);
    out.push(op("("));
    for (const [key, item] of value.dict) {
      write(key, out);
      write(item, out);
    }
    out.push(op("u"));
  }
}

function writeInt(value: number, out: number[]): void {
  if (!Number.isSafeInteger(value)) throw new Error(`${value}: not a whole number`);
  if (value === (value | 0)) {
    out.push(op("J"), ...int32(value));
    return;
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  out.push(0x8a, 8, ...bytes);
}

function int32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
}

function op(letter: string): number {
  return letter.charCodeAt(0);
}
