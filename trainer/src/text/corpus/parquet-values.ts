import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import type { Page } from "../../bundle/parquet-page.ts";
import { decodeRuns } from "../../bundle/run-lengths.ts";

/** The values of a page of texts, made one at a time: some encodings could make many of few bytes. */
export function decodeTexts(page: Page, dictionary: Buffer[]): Generator<Buffer> {
  const { n, definition, encoding, values } = page;
  const present = definition ? definition.reduce((sum, level) => sum + level, 0) : n;
  if (encoding === "PLAIN") return plainTexts(values, present);
  if (encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY")
    return chosenTexts(values, present, dictionary);
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY") return joinedTexts(values, present, false);
  if (encoding === "DELTA_BYTE_ARRAY") return joinedTexts(values, present, true);
  throw new Error(`encoding ${encoding}`);
}

/** Each with its length, four bytes, before it. */
export function* plainTexts(bytes: Uint8Array, n: number): Generator<Buffer> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0, at = 0; i < n; i++) {
    const start = at + 4;
    at = start + (start <= buffer.length ? buffer.readUInt32LE(at) : 0);
    yield part(buffer, start, at);
  }
}

/** Places in the dictionary, after the number of their bits. */
function* chosenTexts(bytes: Uint8Array, n: number, dictionary: Buffer[]): Generator<Buffer> {
  const places = n > 0 ? decodeRuns(bytes.subarray(1), bytes[0], n) : [];
  for (const place of places) {
    if (place >= dictionary.length)
      throw new Error(`value ${place} of a dictionary of ${dictionary.length}`);
    yield dictionary[place];
  }
}

/** All lengths, then all bytes; before them, how much each has in common with the one before it. */
function* joinedTexts(bytes: Uint8Array, n: number, hasPrefixes: boolean): Generator<Buffer> {
  if (n === 0) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const numbers = () => {
    const out = new Int32Array(n);
    deltaBinaryUnpack(reader, n, out);
    return out;
  };
  const prefixes = hasPrefixes ? numbers() : null;
  const lengths = numbers();
  let at = reader.offset;
  let text = buffer.subarray(0, 0);
  for (const [i, length] of lengths.entries()) {
    const rest = part(buffer, at, at + length);
    at += length;
    text = prefixes ? Buffer.concat([part(text, 0, prefixes[i]), rest]) : rest;
    yield text;
  }
}

function part(bytes: Buffer, start: number, end: number): Buffer {
  if (!(start <= end && end <= bytes.length)) throw new Error("texts that end beyond their page");
  return bytes.subarray(start, end);
}
