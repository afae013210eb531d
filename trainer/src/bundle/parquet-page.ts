import type { PageHeader } from "hyparquet";
import { decodeRuns } from "./run-lengths.ts";

/** The levels and the encoded values of a data page. */
export type Page = {
  n: number;
  encoding: string;
  /** 0 where a list begins, for each value of a list column */
  repetition: Int32Array | null;
  /** 1 where there is a value, for list and nullable columns; 0 stands for an empty list or null */
  definition: Int32Array | null;
  values: Uint8Array;
};

/** What a column's cells may be beside a value. */
type Shape = { list: boolean; nullable: boolean };

/** Unpacks what the file's codec packed; the length is what the file states. */
export type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/** A data page's parts, the values still encoded. */
export function dataPage(
  header: PageHeader,
  bytes: Uint8Array,
  column: Shape,
  unpack: Unpack,
): Page {
  const { type, data_page_header: v1, data_page_header_v2: v2 } = header;
  const length = header.uncompressed_page_size;
  if (type === "DATA_PAGE" && v1) return pageV1(unpack(bytes, length), column, v1);
  if (type === "DATA_PAGE_V2" && v2) return pageV2(bytes, length, column, v2, unpack);
  throw new Error(`a page of type ${type}`);
}

/** Levels, each with its length before it, then values, all compressed as one. */
function pageV1(
  bytes: Uint8Array,
  column: Shape,
  { num_values: n, encoding }: { num_values: number; encoding: string },
): Page {
  let at = 0;
  const levels = () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    const end = at + 4 + view.getUint32(0, true);
    const decoded = decodeRuns(bytes.subarray(at + 4, end), 1, n);
    at = end;
    return decoded;
  };
  const repetition = column.list ? levels() : null;
  const definition = column.list || column.nullable ? levels() : null;
  return { n, encoding, repetition, definition, values: bytes.subarray(at) };
}

/** Levels uncompressed, their lengths in the header; then values. */
function pageV2(
  bytes: Uint8Array,
  length: number,
  column: Shape,
  header: {
    num_values: number;
    encoding: string;
    repetition_levels_byte_length: number;
    definition_levels_byte_length: number;
    is_compressed?: boolean;
  },
  unpack: Unpack,
): Page {
  const { num_values: n, encoding, repetition_levels_byte_length: repetitionEnd } = header;
  const levelsEnd = repetitionEnd + header.definition_levels_byte_length;
  const levels = (from: number, to: number) => decodeRuns(bytes.subarray(from, to), 1, n);
  const packed = bytes.subarray(levelsEnd);
  return {
    n,
    encoding,
    repetition: column.list ? levels(0, repetitionEnd) : null,
    definition: column.list || column.nullable ? levels(repetitionEnd, levelsEnd) : null,
    values: header.is_compressed === false ? packed : unpack(packed, length - levelsEnd),
  };
}
