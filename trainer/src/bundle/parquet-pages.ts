import { snappyUncompress } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Column } from "./columns.ts";

/*
 * The pages of one column chunk. hyparquet parses their headers; the levels and values are decoded
 * here, because a table may come from anyone: no length that a file states is believed before it
 * has been compared with the bytes that are there and with the limit of a row group.
 */

export type Cell = number | null | number[];

/** A column chunk's cells, one per row; `limit` is the largest number of values it may hold. */
export function decodeChunk(
  chunk: Uint8Array,
  column: Column,
  { codec, rows, limit }: { codec: string; rows: number; limit: number },
): Cell[] {
  const reader = {
    view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    offset: 0,
  };
  const cells: Cell[] = [];
  let dictionary: Numbers | null = null;
  let left = limit;
  while (reader.offset < chunk.length) {
    const header = parquetHeader(reader);
    const end = reader.offset + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0) || end > chunk.length) throw new Error("page too long");
    const bytes = chunk.subarray(reader.offset, end);
    reader.offset = end;
    const v1 = header.data_page_header;
    const v2 = header.data_page_header_v2;
    const n = v1?.num_values ?? v2?.num_values ?? header.dictionary_page_header?.num_values ?? -1;
    if (n < 0 || n > left) throw new Error(`a page of ${n} values, expected at most ${left}`);

    if (header.type === "DICTIONARY_PAGE") {
      dictionary = plain(decompress(bytes, header.uncompressed_page_size, codec, limit), column, n);
    } else if (header.type === "DATA_PAGE_V2" && v2) {
      const repetitionEnd = v2.repetition_levels_byte_length;
      const levelsEnd = repetitionEnd + v2.definition_levels_byte_length;
      const rest = bytes.subarray(levelsEnd);
      const size = header.uncompressed_page_size - levelsEnd;
      const values = v2.is_compressed === false ? rest : decompress(rest, size, codec, limit);
      const repetition = column.list ? hybrid(bytes.subarray(0, repetitionEnd), 1, n) : null;
      const definition = hasLevels(column)
        ? hybrid(bytes.subarray(repetitionEnd, levelsEnd), 1, n)
        : null;
      left -= n;
      assemble(cells, column, { n, repetition, definition, dictionary }, values, v2.encoding);
    } else if (header.type === "DATA_PAGE" && v1) {
      let values = decompress(bytes, header.uncompressed_page_size, codec, limit);
      const levels = () => {
        const length = new DataView(values.buffer, values.byteOffset).getUint32(0, true);
        const out = hybrid(values.subarray(4, 4 + length), 1, n);
        values = values.subarray(4 + length);
        return out;
      };
      const repetition = column.list ? levels() : null;
      const definition = hasLevels(column) ? levels() : null;
      left -= n;
      assemble(cells, column, { n, repetition, definition, dictionary }, values, v1.encoding);
    } else {
      throw new Error(`page of unknown type ${header.type}`);
    }
  }
  if (cells.length !== rows) throw new Error(`found ${cells.length} rows, expected ${rows}`);
  return cells;
}

type Numbers = Float32Array | Int32Array;

const hasLevels = (column: Column) => column.list || column.nullable;

/** Adds a page's cells: level by level for lists and nullable columns, else one per value. */
function assemble(
  cells: Cell[],
  column: Column,
  page: {
    n: number;
    repetition: Int32Array | null;
    definition: Int32Array | null;
    dictionary: Numbers | null;
  },
  bytes: Uint8Array,
  encoding: string,
): void {
  const { n, repetition, definition, dictionary } = page;
  const present = definition ? definition.reduce((sum, level) => sum + level, 0) : n;
  const values = decodeValues(bytes, column, present, encoding, dictionary);
  let v = 0;
  let list: number[] = [];
  for (let i = 0; i < n; i++) {
    const here = !definition || definition[i] === 1;
    if (!repetition) {
      cells.push(here ? values[v++] : null);
      continue;
    }
    if (repetition[i] === 0) {
      list = [];
      cells.push(list);
    } else if (i === 0) {
      throw new Error("a row that goes on over two pages");
    }
    if (here) list.push(values[v++]);
  }
}

function decodeValues(
  bytes: Uint8Array,
  column: Column,
  n: number,
  encoding: string,
  dictionary: Numbers | null,
): Numbers {
  if (encoding === "PLAIN") return plain(bytes, column, n);
  if (encoding !== "RLE_DICTIONARY" && encoding !== "PLAIN_DICTIONARY")
    throw new Error(`encoding ${encoding}, expected PLAIN or RLE_DICTIONARY`);
  if (!dictionary) throw new Error("a dictionary-encoded page before its dictionary");
  if (n === 0) return new Int32Array(0);
  const indices = hybrid(bytes.subarray(1), bytes[0], n);
  const values = column.type === "FLOAT" ? new Float32Array(n) : new Int32Array(n);
  for (let i = 0; i < n; i++) {
    if (!(indices[i] >= 0 && indices[i] < dictionary.length))
      throw new Error(`dictionary index ${indices[i]} of ${dictionary.length}`);
    values[i] = dictionary[indices[i]];
  }
  return values;
}

/** n little-endian numbers of four bytes. */
function plain(bytes: Uint8Array, column: Column, n: number): Numbers {
  if (bytes.length < 4 * n) throw new Error(`${bytes.length} bytes for ${n} numbers`);
  const buffer = bytes.slice(0, 4 * n).buffer;
  return column.type === "FLOAT" ? new Float32Array(buffer) : new Int32Array(buffer);
}

/** n values of the run-length and bit-packed hybrid encoding, each of `width` bits. */
function hybrid(bytes: Uint8Array, width: number, n: number): Int32Array {
  if (!(width <= 24)) throw new Error(`values of ${width} bits, expected at most 24`);
  const out = new Int32Array(n);
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw new Error("levels or indices end too early");
    return bytes[at++];
  };
  for (let i = 0; i < n; ) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const b = byte();
      header += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) break;
      if (shift > 28) throw new Error("a run's length of more than 5 bytes");
    }
    const count = Math.floor(header / 2);
    if (count === 0) throw new Error("an empty run");
    if (header % 2 === 0) {
      let value = 0;
      for (let b = 0; b < width; b += 8) value |= byte() << b;
      const end = Math.min(n, i + count);
      out.fill(value, i, end);
      i = end;
    } else {
      const runEnd = Math.min(n, i + 8 * count);
      const mask = (1 << width) - 1;
      let bits = 0;
      let held = 0;
      const runStart = at;
      for (; i < runEnd; i++) {
        for (; held < width; held += 8) bits |= byte() << held;
        out[i] = bits & mask;
        bits >>>= width;
        held -= width;
      }
      at = runStart + count * width;
    }
  }
  return out;
}

function decompress(bytes: Uint8Array, size: number, codec: string, limit: number): Uint8Array {
  // a value takes four bytes, its levels and the runs' headers less than four more
  if (!(size >= 0 && size <= 8 * limit + 64)) throw new Error(`a page of ${size} bytes`);
  if (codec === "UNCOMPRESSED") return bytes;
  if (codec !== "SNAPPY") throw new Error(`codec ${codec}, expected SNAPPY or UNCOMPRESSED`);
  const out = new Uint8Array(size);
  if (size > 0) snappyUncompress(bytes, out);
  return out;
}
