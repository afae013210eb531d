import { crc32, inflateRawSync } from "node:zlib";
import { BundleError } from "../bundle/index.ts";
import { fromMemory, type ReadAt } from "./read-at.ts";
import type { Member, Refuse } from "./zip-directory.ts";

const LOCAL = 0x04034b50;

/**
 * Reads within a member, once its checksum has been found right; torch leaves it out where it was told to (0).
 * A deflated one is in memory for as long as the reader is.
 */
export function memberReader(read: ReadAt, member: Member, where: string): ReadAt {
  const refuse = (what: string) =>
    new BundleError(`${where}: ${JSON.stringify(member.name)} is damaged: ${what}`);
  const start = startOf(read, member, refuse);
  const bytesAt = member.isDeflated
    ? fromMemory(inflate(read, start, member, refuse))
    : (into: Uint8Array, at: number) => read(into, start + at);
  const bounded: ReadAt = (into, at) => {
    if (at + into.length > member.bytes)
      throw refuse(`${into.length} bytes at ${at} are wanted of ${member.bytes}`);
    bytesAt(into, at);
  };
  if (member.crc !== 0 && checksum(bounded, member.bytes) !== member.crc)
    throw refuse("its checksum is another");
  return bounded;
}

/** Its local header repeats the name, and has a length of its own. */
function startOf(read: ReadAt, member: Member, refuse: Refuse): number {
  const head = Buffer.alloc(30);
  read(head, member.at);
  if (head.readUInt32LE(0) !== LOCAL) throw refuse("it has no local header");
  const name = Buffer.alloc(head.readUInt16LE(26));
  read(name, member.at + 30);
  if (name.toString("utf8") !== member.name)
    throw refuse(`its local header says ${JSON.stringify(name.toString("utf8", 0, 100))}`);
  return member.at + 30 + name.length + head.readUInt16LE(28);
}

function inflate(read: ReadAt, start: number, member: Member, refuse: Refuse): Buffer {
  const packed = Buffer.alloc(member.packed);
  read(packed, start);
  let bytes: Buffer;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(member.bytes, 1) });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw refuse(`it unpacks to more than the ${member.bytes} bytes that it says`);
    throw refuse(`it does not unpack: ${message}`);
  }
  if (bytes.length !== member.bytes)
    throw refuse(`it unpacks to ${bytes.length} bytes, expected ${member.bytes}`);
  return bytes;
}

function checksum(read: ReadAt, bytes: number): number {
  const block = Buffer.alloc(Math.min(bytes, 1 << 20));
  let crc = 0;
  for (let at = 0; at < bytes; at += block.length) {
    const now = block.subarray(0, Math.min(block.length, bytes - at));
    read(now, at);
    crc = crc32(now, crc);
  }
  return crc;
}
