import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { snappyUncompress } from "hyparquet";
import { unzstdAll } from "./zstd.ts";

/** What can be unpacked, by Parquet's names; none makes more than `length` bytes. */
const codecs: Record<string, (packed: Uint8Array, length: number) => Uint8Array> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY(packed, length) {
    const out = new Uint8Array(length);
    if (length > 0) snappyUncompress(packed, out);
    return out;
  },
  GZIP: (packed, length) => gunzipSync(packed, { maxOutputLength: length + 1 }),
  BROTLI: (packed, length) => brotliDecompressSync(packed, { maxOutputLength: length + 1 }),
  ZSTD: unzstdAll,
};

export function unpackPage(codec: string, packed: Uint8Array, length: number): Uint8Array {
  if (!Object.hasOwn(codecs, codec))
    throw new Error(`packed by ${codec}, expected one of ${Object.keys(codecs).join(", ")}`);
  if (packed.length === 0 && length === 0) return packed;
  const bytes = codecs[codec](packed, length);
  if (bytes.length !== length)
    throw new Error(`a page of ${bytes.length} bytes, expected ${length}`);
  return bytes;
}
