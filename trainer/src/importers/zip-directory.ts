import { BundleError } from "../bundle/index.ts";
import type { ReadAt } from "./read-at.ts";

/** A file within a zip, as its central directory describes it (APPNOTE.TXT 4.3.12). */
export type Member = {
  name: string;
  bytes: number;
  packed: number;
  isDeflated: boolean;
  crc: number;
  /** where its local header begins */
  at: number;
};

const MAX_MEMBERS = 100_000;
const MAX_DIRECTORY = 1 << 25;
/** Numbers hardly shrink; zeros do, but a bias of them is small. */
const MAX_RATIO = 100;
const ANY_RATIO = 1 << 26;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const NONE = 0xffffffff;

/**
 * The members of a zip by name. Unlike the reader of archives it jumps to any of them at once, without unpacking, as
 * tensors are read.
 */
export function readMembers(read: ReadAt, size: number, where: string): Map<string, Member> {
  const refuse = (what: string) => new BundleError(`${where}: the zip is damaged: ${what}`);
  const { at, bytes, count } = findDirectory(read, size, refuse);
  if (bytes > MAX_DIRECTORY || count > MAX_MEMBERS || at + bytes > size)
    throw refuse(`a directory of ${count} members in ${bytes} bytes at byte ${at} of ${size}`);
  const directory = Buffer.alloc(bytes);
  read(directory, at);
  const members = new Map<string, Member>();
  let from = 0;
  for (let i = 0; i < count; i++) {
    if (from + 46 > bytes || directory.readUInt32LE(from) !== ENTRY)
      throw refuse(`entry ${i} of its directory is none`);
    const { member, length } = parseEntry(directory.subarray(from), refuse);
    if (members.has(member.name)) throw refuse(`${JSON.stringify(member.name)} stands in it twice`);
    members.set(member.name, member);
    from += length;
  }
  let free = 0;
  for (const { name, at: begin, packed } of [...members.values()].sort((a, b) => a.at - b.at)) {
    if (begin < free || begin + 30 + packed > at)
      throw refuse(`${JSON.stringify(name)} lies where others do, at byte ${begin}`);
    free = begin + 30 + packed;
  }
  return members;
}

export type Refuse = (what: string) => BundleError;

function findDirectory(
  read: ReadAt,
  size: number,
  refuse: Refuse,
): { at: number; bytes: number; count: number } {
  const tail = Buffer.alloc(Math.min(size, 22 + 0xffff));
  read(tail, size - tail.length);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw refuse("it has no end; is it cut off?");
  const found = {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    at: tail.readUInt32LE(end + 16),
  };
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) return found;
  const wide = Buffer.alloc(56);
  const wideAt = Number(tail.readBigUInt64LE(locator + 8));
  if (wideAt + wide.length > size) throw refuse(`its end is said to be at byte ${wideAt}`);
  read(wide, wideAt);
  if (wide.readUInt32LE(0) !== END_64) throw refuse("its end is none");
  return {
    count: Number(wide.readBigUInt64LE(32)),
    bytes: Number(wide.readBigUInt64LE(40)),
    at: Number(wide.readBigUInt64LE(48)),
  };
}

function parseEntry(entry: Buffer, refuse: Refuse): { member: Member; length: number } {
  const [flags, method] = [entry.readUInt16LE(8), entry.readUInt16LE(10)];
  const nameEnd = 46 + entry.readUInt16LE(28);
  const extraEnd = nameEnd + entry.readUInt16LE(30);
  const length = extraEnd + entry.readUInt16LE(32);
  if (length > entry.length) throw refuse("its directory ends in the middle of an entry");
  const name = entry.toString("utf8", 46, nameEnd);
  const quoted = JSON.stringify(name.slice(0, 100));
  if (flags & 1) throw refuse(`${quoted} is encrypted`);
  if (method !== 0 && method !== 8)
    throw refuse(
      `${quoted} is compressed by method ${method} (expected 0, stored, or 8, deflated)`,
    );
  const wide = wideSizes(entry.subarray(nameEnd, extraEnd));
  const size = (narrow: number) => {
    if (narrow !== NONE) return narrow;
    const next = wide.shift();
    if (next === undefined) throw refuse(`${quoted} has no size`);
    return Number(next);
  };
  const bytes = size(entry.readUInt32LE(24));
  const packed = size(entry.readUInt32LE(20));
  const at = size(entry.readUInt32LE(42));
  const isDeflated = method === 8;
  if (isDeflated ? bytes > ANY_RATIO + MAX_RATIO * packed : bytes !== packed)
    throw refuse(`${quoted} is said to have ${bytes} bytes in ${packed}`);
  return { member: { name, bytes, packed, isDeflated, crc: entry.readUInt32LE(16), at }, length };
}

/** Sizes and place in 64 bits, those of them that do not fit into 32 (APPNOTE.TXT 4.5.3). */
function wideSizes(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1 && end <= extra.length) {
      const sizes: bigint[] = [];
      for (let from = at + 4; from + 8 <= end; from += 8) sizes.push(extra.readBigUInt64LE(from));
      return sizes;
    }
    at = end;
  }
  return [];
}
