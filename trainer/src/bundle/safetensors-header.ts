import { fstatSync, readSync } from "node:fs";
import { BundleError } from "./errors.ts";
import { jsonDepth, repeatedKey } from "./json-text.ts";

/** Bytes of one number of each dtype that the format knows. */
export const itemBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

/** Where a tensor lies: bytes [begin, end) after the header. */
export type Entry = { dtype: keyof typeof itemBytes; shape: number[]; begin: number; end: number };
export type Header = { entries: Map<string, Entry>; metadata: Record<string, string> };

const HEADER_LIMIT = 100e6;
const MAX_DEPTH = 8; // 3 are enough

/** Reads the header of an open safetensors file; `start` is where its numbers begin. */
export function readHeader(fd: number, path: string): { header: Header; start: number } {
  const size = fstatSync(fd).size;
  const length = new Uint8Array(8);
  if (size < 8) throw new BundleError(`${path}: ${size} bytes are too few for a safetensors file`);
  readExactly(fd, path, length, 0);
  const headerBytes = Number(new DataView(length.buffer).getBigUint64(0, true));
  if (headerBytes > Math.min(HEADER_LIMIT, size - 8))
    throw new BundleError(
      `${path}: the header is said to be ${headerBytes} bytes long (expected at most ${Math.min(HEADER_LIMIT, size - 8)})`,
    );
  const text = new Uint8Array(headerBytes);
  readExactly(fd, path, text, 8);
  const start = 8 + headerBytes;
  return { header: parseHeader(text, path, size - start), start };
}

/** Fills `into` from the file, or throws when the file ends before. */
export function readExactly(fd: number, path: string, into: Uint8Array, position: number): void {
  for (let at = 0; at < into.length; ) {
    const n = readSync(fd, into, at, Math.min(into.length - at, 1 << 30), position + at);
    if (n === 0) throw new BundleError(`${path}: it ends ${into.length - at} bytes too early`);
    at += n;
  }
}

/** Reads the JSON header of a safetensors file whose numbers take `dataBytes`; trusts nothing in it. */
function parseHeader(bytes: Uint8Array, path: string, dataBytes: number): Header {
  let json: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (jsonDepth(text) > MAX_DEPTH) throw new Error("it is nested too deep");
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${path}: the header is not JSON`, { cause });
  }
  if (!isRecord(json)) throw new BundleError(`${path}: the header is not a JSON object`);
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new BundleError(`${path}: the header names ${brief(twice)} twice`);

  const { __metadata__: metadata = {}, ...tensors } = json;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string"))
    throw new BundleError(`${path}: __metadata__ is not a record of strings`);
  const entries = new Map(
    Object.entries(tensors).map(([name, value]) => [
      name,
      parseEntry(value, `${path}: tensor ${brief(name)}`, dataBytes),
    ]),
  );
  checkTiling(entries, path, dataBytes);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(value: unknown, where: string, dataBytes: number): Entry {
  if (!isRecord(value)) throw new BundleError(`${where} is not described by an object`);
  const { dtype, shape, data_offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(itemBytes, dtype))
    throw new BundleError(
      `${where} has dtype ${brief(dtype)} (expected one of ${Object.keys(itemBytes).join(", ")})`,
    );
  if (!isCounts(shape) || shape.length > 32)
    throw new BundleError(`${where} has shape ${brief(shape)} (expected up to 32 whole numbers)`);
  if (!isCounts(data_offsets) || data_offsets.length !== 2)
    throw new BundleError(
      `${where} has data_offsets ${brief(data_offsets)} (expected two numbers)`,
    );

  const [begin, end] = data_offsets;
  if (begin > end || end > dataBytes)
    throw new BundleError(
      `${where} lies at bytes [${begin}, ${end}), but the file holds ${dataBytes} bytes of numbers`,
    );
  let expected: number = itemBytes[dtype as keyof typeof itemBytes];
  for (const size of shape) {
    expected *= size;
    if (!Number.isSafeInteger(expected))
      throw new BundleError(`${where} has shape ${brief(shape)}, which no file can hold`);
  }
  if (end - begin !== expected)
    throw new BundleError(
      `${where} takes ${end - begin} bytes (expected ${expected} for ${dtype} ${brief(shape)})`,
    );
  return { dtype: dtype as keyof typeof itemBytes, shape, begin, end };
}

/** The tensors must cover the numbers without gap or overlap. */
function checkTiling(entries: Map<string, Entry>, path: string, dataBytes: number): void {
  let at = 0;
  const ordered = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of ordered) {
    if (begin !== at)
      throw new BundleError(
        `${path}: tensor ${brief(name)} begins at byte ${begin} (expected ${at}: no gap and no overlap)`,
      );
    at = end;
  }
  if (at !== dataBytes)
    throw new BundleError(`${path}: ${dataBytes - at} bytes at the end belong to no tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
