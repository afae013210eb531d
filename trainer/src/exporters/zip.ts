import { crc32 } from "node:zlib";
import type { OutFile } from "./out-file.ts";

/** Of what is larger, a 32-bit field holds this, and the number stands in an extra field (zip64). */
const FULL = 0xffffffff;
/** Contents begin at multiples of this, as torch's do, so that they can be mapped into memory. */
const ALIGNMENT = 64;
/** bit 3: length and checksum stand behind the content, which is therefore written as it comes */
const FLAGS = 0x0808;

/**
 * A zip of files that are stored as they are, so that its length is known before any of them is read (PKWARE
 * APPNOTE 6.3.3). Its times are 1 January 1980: the same files give the same bytes.
 */
export function zipFile(name: string, files: OutFile[]): OutFile {
  const entries: Entry[] = [];
  let offset = 0;
  for (const file of files) {
    const head = localHeader(file, offset);
    entries.push({ file, offset, head });
    offset += head.length + file.bytes + descriptorBytes(file);
  }
  const end = (sums: number[]) => centralDirectory(entries, sums, offset);
  return {
    name,
    bytes: offset + end(files.map(() => 0)).length,
    *blocks() {
      const sums: number[] = [];
      for (const { file, head } of entries) {
        yield head;
        let sum = 0;
        let bytes = 0;
        for (const block of file.blocks()) {
          if (block.length > 0) sum = crc32(block, sum); // zlib begins anew at an empty one
          bytes += block.length;
          yield block;
        }
        if (bytes !== file.bytes)
          throw new Error(`${file.name}: ${bytes} bytes, expected ${file.bytes}`);
        sums.push(sum);
        yield descriptor(file, sum);
      }
      yield end(sums);
    },
  };
}

type Entry = { file: OutFile; offset: number; head: Uint8Array };

/** Fields of a header, each a number and its bytes (0: as many as the text or bytes have). */
type Field = [number | bigint, 2 | 4 | 8] | Uint8Array;

function isLarge({ bytes }: OutFile): boolean {
  return bytes >= FULL;
}

function localHeader(file: OutFile, offset: number): Uint8Array {
  const name = new TextEncoder().encode(file.name);
  const sizes: Field[] = isLarge(file)
    ? [
        [1, 2],
        [16, 2],
        [0, 8],
        [0, 8],
      ]
    : [];
  const size = isLarge(file) ? FULL : 0;
  const before = offset + 30 + name.length + lengthOf(sizes) + 4;
  const padding = (ALIGNMENT - (before % ALIGNMENT)) % ALIGNMENT;
  const extra = packed([...sizes, [0x4246, 2], [padding, 2], new Uint8Array(padding).fill(0x5a)]);
  return packed([
    [0x04034b50, 4],
    [isLarge(file) ? 45 : 20, 2],
    [FLAGS, 2],
    [0, 2], // stored
    [0, 2],
    [0x21, 2], // 1 January 1980
    [0, 4],
    [size, 4],
    [size, 4],
    [name.length, 2],
    [extra.length, 2],
    name,
    extra,
  ]);
}

function descriptorBytes(file: OutFile): number {
  return isLarge(file) ? 24 : 16;
}

function descriptor(file: OutFile, sum: number): Uint8Array {
  const size: Field = [BigInt(file.bytes), isLarge(file) ? 8 : 4];
  return packed([[0x08074b50, 4], [sum, 4], size, size]);
}

function centralDirectory(entries: Entry[], sums: number[], start: number): Uint8Array {
  const directory = entries.flatMap((entry, i) => centralHeader(entry, sums[i]));
  const bytes = lengthOf(directory);
  const isFull = start + bytes >= FULL || entries.length >= 0xffff;
  const count: Field = [isFull ? 0xffff : entries.length, 2];
  const zip64: Field[] = [
    [0x06064b50, 4],
    [44, 8],
    [45, 2],
    [45, 2],
    [0, 4],
    [0, 4],
    [entries.length, 8],
    [entries.length, 8],
    [bytes, 8],
    [start, 8],
    [0x07064b50, 4],
    [0, 4],
    [start + bytes, 8],
    [1, 4],
  ];
  return packed([
    ...directory,
    ...(isFull ? zip64 : []),
    [0x06054b50, 4],
    [0, 4],
    count,
    count,
    [isFull ? FULL : bytes, 4],
    [isFull ? FULL : start, 4],
    [0, 2],
  ]);
}

function centralHeader({ file, offset }: Entry, sum: number): Field[] {
  const name = new TextEncoder().encode(file.name);
  const large: Field[] = [
    ...(isLarge(file) ? [file.bytes, file.bytes] : []),
    ...(offset >= FULL ? [offset] : []),
  ].map((value): Field => [value, 8]);
  const extra: Field[] = large.length > 0 ? [[1, 2], [8 * large.length, 2], ...large] : [];
  const size = isLarge(file) ? FULL : file.bytes;
  return [
    [0x02014b50, 4],
    [extra.length > 0 ? 45 : 20, 2],
    [extra.length > 0 ? 45 : 20, 2],
    [FLAGS, 2],
    [0, 2],
    [0, 2],
    [0x21, 2],
    [sum, 4],
    [size, 4],
    [size, 4],
    [name.length, 2],
    [lengthOf(extra), 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [0, 4],
    [Math.min(offset, FULL), 4],
    name,
    ...extra,
  ];
}

function lengthOf(fields: Field[]): number {
  return fields.reduce((sum, field) => sum + (Array.isArray(field) ? field[1] : field.length), 0);
}

function packed(fields: Field[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(fields));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    if (field instanceof Uint8Array) {
      bytes.set(field, at);
      at += field.length;
      continue;
    }
    const [value, width] = field;
    if (width === 2) view.setUint16(at, Number(value), true);
    else if (width === 4) view.setUint32(at, Number(value), true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}
