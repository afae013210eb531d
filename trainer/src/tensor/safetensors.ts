import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { BundleError } from "../bundle/errors.ts";
import {
  type Entry,
  type Header,
  itemBytes,
  readExactly,
  readHeader,
} from "../bundle/safetensors-header.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half.ts";
import type { Tensor } from "./tensor.ts";

/** Numbers kept exactly as they are stored: f32, or the integers of a checkpoint. */
export type StoredArray = { shape: number[]; data: Float32Array | Int32Array | BigInt64Array };

/** Float32 that is written block after block, each before the next is asked for. */
export type StreamedArray = { shape: number[]; blocks(): Iterable<Float32Array> };

export type Safetensors = {
  names: string[];
  metadata: Record<string, string>;
  info(name: string): { dtype: string; shape: number[] };
  /** where its numbers lie in the file */
  extent(name: string): { offset: number; bytes: number };
  /** The tensor in float32, from F32, F16 or BF16; a copy, read from the disk at each call. */
  tensor(name: string): Tensor;
  /** The numbers as stored, from F32, I32 or I64. */
  array(name: string): StoredArray;
  /** Fills `into` with the numbers of an F32 tensor from number `from` on. */
  part(name: string, from: number, into: Float32Array): void;
  close(): void;
};

const BLOCK_BYTES = 1 << 22;

/**
 * Opens a safetensors file (8 bytes of header length, a JSON header, then the numbers, little endian).
 * Only the header is read here; each tensor is read when it is asked for.
 */
export function readSafetensors(path: string): Safetensors {
  const fd = openSync(path, "r");
  try {
    const { header, start } = readHeader(fd, path);
    return reader(fd, path, header, start);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function reader(
  fd: number,
  path: string,
  { entries, metadata }: Header,
  start: number,
): Safetensors {
  const entryOf = (name: string, ...dtypes: Entry["dtype"][]): Entry => {
    const entry = entries.get(name);
    if (!entry) throw new BundleError(`${path}: there is no tensor ${JSON.stringify(name)}`);
    if (dtypes.length > 0 && !dtypes.includes(entry.dtype))
      throw new BundleError(
        `${path}: tensor ${JSON.stringify(name)} has dtype ${entry.dtype} (expected ${dtypes.join(", ")})`,
      );
    return entry;
  };
  const fill = (data: ArrayBufferView, entry: Entry, from = 0) =>
    readExactly(
      fd,
      path,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      start + entry.begin + from,
    );

  return {
    names: [...entries.keys()],
    metadata,
    info: (name) => {
      const { dtype, shape } = entryOf(name);
      return { dtype, shape: [...shape] };
    },
    extent: (name) => {
      const { begin, end } = entryOf(name);
      return { offset: start + begin, bytes: end - begin };
    },
    tensor: (name) => {
      const entry = entryOf(name, "F32", "F16", "BF16");
      const data = new Float32Array((entry.end - entry.begin) / itemBytes[entry.dtype]);
      if (entry.dtype === "F32") fill(data, entry);
      else widen(fd, path, data, start + entry.begin, entry.dtype);
      return { shape: [...entry.shape], data };
    },
    array: (name) => {
      const entry = entryOf(name, "F32", "I32", "I64");
      const n = (entry.end - entry.begin) / itemBytes[entry.dtype];
      const data =
        entry.dtype === "F32"
          ? new Float32Array(n)
          : entry.dtype === "I32"
            ? new Int32Array(n)
            : new BigInt64Array(n);
      fill(data, entry);
      return { shape: [...entry.shape], data };
    },
    part: (name, from, into) => {
      const entry = entryOf(name, "F32");
      if (4 * (from + into.length) > entry.end - entry.begin)
        throw new RangeError(`${path}: ${name} has no numbers ${from} to ${from + into.length}`);
      fill(into, entry, 4 * from);
    },
    close: () => closeSync(fd),
  };
}

/** Reads 16-bit floats block by block, so that a tensor is never in memory twice. */
function widen(fd: number, path: string, out: Float32Array, position: number, dtype: string): void {
  const convert = dtype === "F16" ? float16ToFloat32 : bfloat16ToFloat32;
  const block = new Uint16Array(Math.min(BLOCK_BYTES / 2, out.length));
  for (let at = 0; at < out.length; at += block.length) {
    const bits = block.subarray(0, Math.min(block.length, out.length - at));
    const bytes = new Uint8Array(bits.buffer, 0, bits.byteLength);
    readExactly(fd, path, bytes, position + at * 2);
    convert(out.subarray(at, at + bits.length), bits);
  }
}

/**
 * Writes a safetensors file, whole or not at all. The order of the tensors and the spelling of the header
 * are those of the reference implementation: widest dtype first, then by name; the same numbers give the same bytes.
 */
export function writeSafetensors(
  path: string,
  tensors: Record<string, StoredArray | StreamedArray>,
  metadata: Record<string, string> = {},
): void {
  writeAll(path, safetensorsBytes(tensors, metadata).blocks());
}

/** The same file before it is written: its length, and its bytes block after block, computed as they are asked for. */
export function safetensorsBytes(
  tensors: Record<string, StoredArray | StreamedArray>,
  metadata: Record<string, string> = {},
): { bytes: number; blocks(): Generator<Uint8Array> } {
  const header: Record<string, unknown> = {};
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (sortedMetadata.length > 0) header.__metadata__ = Object.fromEntries(sortedMetadata);
  const ordered = Object.entries(tensors).sort(
    ([a, x], [b, y]) =>
      bytesEach(y) - bytesEach(x) || compare(dtypeOf(x), dtypeOf(y)) || compare(a, b),
  );
  let end = 0;
  for (const [name, array] of ordered) {
    const begin = end;
    end += bytesOf(array);
    if ("data" in array && array.data.length !== sizeOf(array)) refuseSize(name, array);
    header[name] = { dtype: dtypeOf(array), shape: array.shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  return {
    bytes: head.length + end,
    *blocks() {
      yield head;
      for (const [name, array] of ordered) yield* arrayBytes(name, array);
    },
  };
}

/** Bytes of a tensor's numbers. */
export function bytesOf(array: StoredArray | StreamedArray): number {
  return bytesEach(array) * sizeOf(array);
}

/** A tensor's numbers as they lie in a file, block after block. */
export function* arrayBytes(
  name: string,
  array: StoredArray | StreamedArray,
): Generator<Uint8Array> {
  if ("data" in array) {
    yield bytesIn(array.data);
    return;
  }
  let left = sizeOf(array);
  for (const block of array.blocks()) {
    yield bytesIn(block);
    left -= block.length;
  }
  if (left !== 0)
    throw new Error(`tensor ${name}: of shape [${array.shape}], ${left} numbers were not given`);
}

function bytesIn({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sizeOf({ shape }: { shape: number[] }): number {
  return shape.reduce((a, b) => a * b, 1);
}

function bytesEach(array: StoredArray | StreamedArray): number {
  return "data" in array ? array.data.BYTES_PER_ELEMENT : Float32Array.BYTES_PER_ELEMENT;
}

function refuseSize(name: string, { shape, data }: StoredArray): never {
  throw new Error(`tensor ${name}: shape [${shape}] does not hold ${data.length} numbers`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dtypeOf(array: StoredArray | StreamedArray): "F32" | "I32" | "I64" {
  if (!("data" in array) || array.data instanceof Float32Array) return "F32";
  return array.data instanceof Int32Array ? "I32" : "I64";
}

/** A file is whole or absent: written beside its place, flushed, then renamed. */
function writeAll(path: string, blocks: Iterable<Uint8Array>): void {
  const partial = `${path}.tmp`;
  try {
    const fd = openSync(partial, "w");
    try {
      for (const block of blocks) writeWhole(fd, block);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function writeWhole(fd: number, block: Uint8Array): void {
  for (let at = 0; at < block.length; )
    at += writeSync(fd, block, at, Math.min(block.length - at, 1 << 30));
}
