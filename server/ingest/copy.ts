import "server-only";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";

type Value = { int4: number; float4: number; bytea: Uint8Array; "int4[]": ArrayLike<number> };
export type Columns = Record<string, keyof Value>;
export type RowOf<C extends Columns> = { [Column in keyof C]: Value[C[Column]] | null };

/**
 * Sends rows by COPY in its binary format (postgresql.org/docs/18/sql-copy.html, "Binary Format"),
 * which needs no escaping and keeps every float. The table must have been made in the same
 * transaction, so that its rows can be written frozen.
 */
export async function copyRows<C extends Columns>(
  client: ClientBase,
  table: string,
  columns: C,
  blocks: AsyncIterable<RowOf<C>[]>,
): Promise<void> {
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const into = client.query(
    copyFrom(`COPY "${table}" (${names.join(", ")}) FROM STDIN (FORMAT binary, FREEZE)`),
  );
  await pipeline(Readable.from(encode(columns, blocks)), into);
}

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const NO_FLAGS_NO_EXTENSION = Buffer.alloc(8);
const TRAILER = Buffer.from([0xff, 0xff]);
const INT4_OID = 23;

async function* encode<C extends Columns>(
  columns: C,
  blocks: AsyncIterable<RowOf<C>[]>,
): AsyncGenerator<Buffer> {
  const types = Object.entries(columns);
  yield Buffer.concat([SIGNATURE, NO_FLAGS_NO_EXTENSION]);
  for await (const rows of blocks) {
    const out = new Bytes();
    for (const row of rows) {
      out.int16(types.length);
      for (const [name, type] of types) writeField(out, type, row[name] ?? null);
    }
    yield out.written();
  }
  yield TRAILER;
}

/** A field is its length in bytes, or −1 for null, and then its bytes; all numbers are big-endian. */
function writeField(out: Bytes, type: keyof Value, value: Value[keyof Value] | null): void {
  if (value === null) {
    out.int32(-1);
  } else if (type === "int4") {
    out.int32(4);
    out.int32(value as number);
  } else if (type === "float4") {
    out.int32(4);
    out.float32(value as number);
  } else if (type === "bytea") {
    out.int32((value as Uint8Array).length);
    out.bytes(value as Uint8Array);
  } else {
    const numbers = value as ArrayLike<number>;
    out.int32(20 + 8 * numbers.length);
    for (const word of [1, 0, INT4_OID, numbers.length, 1]) out.int32(word); // 1 dimension, no nulls, lower bound 1
    for (let i = 0; i < numbers.length; i++) {
      out.int32(4);
      out.int32(numbers[i] as number);
    }
  }
}

/** A buffer that grows. */
class Bytes {
  #buffer = Buffer.allocUnsafe(1 << 18);
  #length = 0;

  int16(value: number): void {
    this.#length = this.#room(2).writeInt16BE(value, this.#length);
  }
  int32(value: number): void {
    this.#length = this.#room(4).writeInt32BE(value, this.#length);
  }
  float32(value: number): void {
    this.#length = this.#room(4).writeFloatBE(value, this.#length);
  }
  bytes(value: Uint8Array): void {
    this.#room(value.length).set(value, this.#length);
    this.#length += value.length;
  }
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #room(bytes: number): Buffer {
    const needed = this.#length + bytes;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * needed);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}
