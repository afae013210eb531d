import type { ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { dataPage } from "../../bundle/parquet-page.ts";
import type { Source } from "../../bundle/source.ts";
import { unpackPage } from "./parquet-codecs.ts";
import { decodeTexts, plainTexts } from "./parquet-values.ts";

/*
 * A row group may be as large as its file, so a column is read a page at a time. The file may come
 * from anyone: what a page states is compared with the bytes that are there, and with these limits.
 */
const MAX_PAGE_BYTES = 2 ** 28;
const MAX_PAGE_VALUES = 2 ** 24;
const MAX_DICTIONARY = 2 ** 20;
/** A page's header says nowhere how long it is. */
const HEADER_BYTES = [2 ** 13, 2 ** 17, 2 ** 21];

/** The cells of a text column in a row group: the bytes of each, or null. */
export async function* readTexts(
  file: Source,
  { codec, num_values, total_compressed_size, ...chunk }: ColumnMetaData,
  nullable: boolean,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer | null> {
  let at = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = at + Number(total_compressed_size);
  if (!(at >= 0 && end <= file.bytes)) throw new Error("lies beyond the file's end");
  let left = Number(num_values);
  let dictionary: Buffer[] = [];
  while (at < end) {
    const { header, bytes: headerBytes } = await readHeader(file, at, end);
    at += headerBytes;
    const { compressed_page_size, uncompressed_page_size } = header;
    const packedBytes = checked("a page's bytes", compressed_page_size, end - at);
    checked("a page's unpacked bytes", uncompressed_page_size, MAX_PAGE_BYTES);
    const packed = await file.read(at, packedBytes);
    at += packedBytes;
    onBytes(at);
    const unpack = (bytes: Uint8Array, length: number) => unpackPage(codec, bytes, length);
    const n = valuesOf(header);
    if (header.type === "DICTIONARY_PAGE") {
      checked("a dictionary's values", n, MAX_DICTIONARY);
      dictionary = [...plainTexts(unpack(packed, uncompressed_page_size), n)];
      continue;
    }
    left -= checked("a page's values", n, left);
    const page = dataPage(header, packed, { list: false, nullable }, unpack);
    const texts = decodeTexts(page, dictionary);
    for (let i = 0; i < n; i++)
      yield !page.definition || page.definition[i] === 1 ? next(texts) : null;
  }
}

async function readHeader(
  file: Source,
  at: number,
  end: number,
): Promise<{ header: PageHeader; bytes: number }> {
  for (const size of HEADER_BYTES) {
    const bytes = await file.read(at, Math.min(size, end - at));
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
    try {
      return { header: parquetHeader(reader), bytes: reader.offset };
    } catch (cause) {
      if (!(cause instanceof RangeError) || bytes.length < size) throw cause;
    }
  }
  throw new Error(`a page's header of more than ${HEADER_BYTES.at(-1)} bytes`);
}

function valuesOf(header: PageHeader): number {
  const { data_page_header, data_page_header_v2, dictionary_page_header } = header;
  const about = data_page_header ?? data_page_header_v2 ?? dictionary_page_header;
  return checked("a page's values", about?.num_values ?? -1, MAX_PAGE_VALUES);
}

function checked(what: string, value: number, most: number): number {
  if (!(value >= 0 && value <= most))
    throw new Error(`${what}: ${value}, expected at most ${most}`);
  return value;
}

function next(texts: Iterator<Buffer>): Buffer {
  const { value, done } = texts.next();
  if (done) throw new Error("fewer values than its levels state");
  return value;
}
