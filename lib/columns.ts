/*
 * Columns of numbers as bytes. All words are little-endian and four bytes wide:
 *
 *     how many bytes there are in all
 *     how many of them the header takes
 *     the header: JSON in UTF-8, filled up with spaces to whole words
 *     the columns one after another, `rows` values each, in the header's order
 *
 * The header says { rows, columns: [[name, "int32" | "float32"], …] } and whatever goes with them, so
 * a reader needs no other list, and one that does not know a column passes over it. Typed arrays look
 * straight into the bytes; as JSON the same would be three times as long, and parsed.
 */

type Column = Int32Array<ArrayBufferLike> | Float32Array<ArrayBufferLike>;
export type Columns = Record<string, Column>;
type Header = { rows: number; columns: [name: string, type: "int32" | "float32"][] };

/** Columns of one length with what goes with them. */
export function encodeColumns(columns: Columns, more: Record<string, unknown> = {}): Uint8Array {
  const all = Object.entries(columns);
  const rows = all[0]?.[1].length ?? 0;
  const header: Header & typeof more = { ...more, rows, columns: all.map(typed) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = -text.length & 3;
  const bytes = new Uint8Array(8 + text.length + padding + 4 * rows * all.length);
  new Uint32Array(bytes.buffer, 0, 2).set([bytes.length, text.length + padding]);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + text.length + padding);
  let at = 8 + text.length + padding;
  for (const [name, { buffer, byteOffset, byteLength, length }] of all) {
    if (length !== rows) throw new Error(`column ${name} has ${length} values, expected ${rows}`);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** The columns by name, looking into the same bytes, and the header. */
export function decodeColumns(bytes: ArrayBuffer): { columns: Columns; header: unknown } {
  if (bytes.byteLength < 8 || byteLengthOf(bytes) !== bytes.byteLength)
    throw new Error(`${bytes.byteLength} bytes are not all of the columns`);
  const length = new DataView(bytes).getUint32(4, true);
  const header: Header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  const columns: Columns = {};
  let at = 8 + length;
  for (const [name, type] of header.columns) {
    const Values = type === "int32" ? Int32Array : Float32Array;
    columns[name] = new Values(bytes, at, header.rows);
    at += 4 * header.rows;
  }
  return { columns, header };
}

/** How long the whole is, as its first four bytes say. */
export function byteLengthOf(start: ArrayBuffer): number {
  return new DataView(start).getUint32(0, true);
}

function typed([name, column]: [string, Column]): Header["columns"][number] {
  return [name, column instanceof Int32Array ? "int32" : "float32"];
}
