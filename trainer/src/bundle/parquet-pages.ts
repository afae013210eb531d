import { snappyUncompress } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Column } from "./columns.ts";
import { dataPage, type Page } from "./parquet-page.ts";
import { decodeRuns } from "./run-lengths.ts";

/*
 * The pages of one column chunk. hyparquet parses their headers; the levels and values are decoded
 * here, because a table may come from anyone: no length that a file states is believed before it
 * has been compared with the bytes that are there and with the limit of a row group.
 */

export type Cell = number | null | number[];

/** `limit` is the largest number of values that the chunk may hold. */
export type ChunkSize = { codec: string; rows: number; limit: number };

type Numbers = Float32Array | Int32Array;

/** A column chunk's cells, one per row. */
export function decodeChunk(chunk: Uint8Array, column: Column, size: ChunkSize): Cell[] {
  const reader = {
    view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    offset: 0,
  };
  const cells: Cell[] = [];
  let dictionary: Numbers | null = null;
  let left = size.limit;
  while (reader.offset < chunk.length) {
    const header = parquetHeader(reader);
    const end = reader.offset + header.compressed_page_size;
    if (!(end >= reader.offset && end <= chunk.length)) throw new Error("a page beyond its chunk");
    const bytes = chunk.subarray(reader.offset, end);
    reader.offset = end;
    const { data_page_header, data_page_header_v2, dictionary_page_header } = header;
    const pageHeader = data_page_header ?? data_page_header_v2 ?? dictionary_page_header;
    const n = pageHeader?.num_values ?? -1;
    if (!(n >= 0 && n <= left)) throw new Error(`a page of ${n} values, expected at most ${left}`);
    const unpack = (packed: Uint8Array, length: number) => decompress(packed, length, size);
    const length = header.uncompressed_page_size;

    if (header.type === "DICTIONARY_PAGE") {
      dictionary = decodePlain(unpack(bytes, length), column, n);
      continue;
    }
    left -= n;
    addCells(cells, column, dictionary, dataPage(header, bytes, column, unpack));
  }
  if (cells.length !== size.rows) throw new Error(`${cells.length} rows, expected ${size.rows}`);
  return cells;
}

function addCells(
  cells: Cell[],
  column: Column,
  dictionary: Numbers | null,
  { n, encoding, repetition, definition, values: bytes }: Page,
): void {
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
    } else if (i === 0) throw new Error("a row that goes on over two pages");
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
  if (encoding === "PLAIN") return decodePlain(bytes, column, n);
  if (encoding !== "RLE_DICTIONARY" && encoding !== "PLAIN_DICTIONARY")
    throw new Error(`encoding ${encoding}, expected PLAIN or RLE_DICTIONARY`);
  if (!dictionary) throw new Error("a dictionary-encoded page before its dictionary");
  const values = column.type === "FLOAT" ? new Float32Array(n) : new Int32Array(n);
  if (n === 0) return values;
  const indices = decodeRuns(bytes.subarray(1), bytes[0], n);
  for (let i = 0; i < n; i++) {
    if (indices[i] >= dictionary.length)
      throw new Error(`index ${indices[i]} in a dictionary of ${dictionary.length}`);
    values[i] = dictionary[indices[i]];
  }
  return values;
}

/** n little-endian numbers of four bytes. */
function decodePlain(bytes: Uint8Array, column: Column, n: number): Numbers {
  if (bytes.length < 4 * n) throw new Error(`${bytes.length} bytes for ${n} numbers`);
  const { buffer } = bytes.slice(0, 4 * n);
  return column.type === "FLOAT" ? new Float32Array(buffer) : new Int32Array(buffer);
}

function decompress(bytes: Uint8Array, length: number, { codec, limit }: ChunkSize): Uint8Array {
  // a value takes four bytes; its levels and the headers of their runs take less than four more
  if (!(length >= 0 && length <= 8 * limit + 64)) throw new Error(`a page of ${length} bytes`);
  if (codec === "UNCOMPRESSED") return bytes;
  if (codec !== "SNAPPY") throw new Error(`codec ${codec}, expected SNAPPY or UNCOMPRESSED`);
  const out = new Uint8Array(length);
  if (length > 0) snappyUncompress(bytes, out);
  return out;
}
